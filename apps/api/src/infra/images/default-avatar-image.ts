import { createAvatar } from '@dicebear/core'
import * as shapes from '@dicebear/shapes'
import sharp from 'sharp'
import { createQueue } from '../../utils/concurrency-limiter.ts'

/**
 * The generated avatar of a name by DiceBear, as PNG, since WeChat's `<Image>` shows SVG only in some cases. The same for
 * the same name on every machine.
 *
 * @throws ApiError `storage_unavailable` when too many are waiting to be drawn.
 */
export type DefaultAvatarPicture = (name: string) => Promise<Buffer>

const sizePixels = 256
/** Some 5 KB each. */
const maximumCached = 500

/** Any client can ask for any name, so one is drawn at a time; the last in the queue waits two seconds at the most. */
const maximumWaiting = 64

export function createDefaultAvatarPicture(): DefaultAvatarPicture {
  const inTurn = createQueue({ atOnce: 1, maximumWaiting, overflow: 'storage_unavailable' })
  const cached = new Map<string, Promise<Buffer>>()
  return (name) => {
    const picture = cached.get(name) ?? inTurn(() => draw(name))
    // The least recently used goes first.
    cached.delete(name)
    cached.set(name, picture)
    picture.catch(() => cached.delete(name))
    const [oldest] = cached.keys()
    if (cached.size > maximumCached && oldest !== undefined) cached.delete(oldest)
    return picture
  }
}

const draw = (name: string): Promise<Buffer> =>
  sharp(Buffer.from(createAvatar(shapes, { seed: name, size: sizePixels }).toString()))
    .png({ compressionLevel: 9 })
    .toBuffer()
