import type { Options } from '../runtime/async-api.ts'
import { WxError } from '../runtime/wx-error.ts'

const types: Record<string, string> = { jpg: 'jpeg', jpeg: 'jpeg', png: 'png', gif: 'gif', webp: 'webp' }

/** `wx.getImageInfo`. `addressOf`: where the browser finds a picture that a page names. */
export function createImageInfo(addressOf: (source: string) => string) {
  return async ({ src }: Options) => {
    if (typeof src !== 'string' || src === '') throw new WxError('invalid src')
    const picture = new Image()
    picture.src = addressOf(src)
    await picture.decode().catch(() => {
      throw new WxError('image not found')
    })
    const [, extension = ''] = /\.(\w+)(?:[?#].*)?$/.exec(src) ?? []
    const { naturalWidth: width, naturalHeight: height } = picture
    return { width, height, path: src, orientation: 'up', type: types[extension.toLowerCase()] ?? 'unknown' }
  }
}
