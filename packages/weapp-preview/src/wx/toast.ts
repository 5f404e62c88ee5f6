import type { Options } from '../runtime/async-api.ts'
import { imageUrl } from '../runtime/image-url.ts'
import { element } from '../shared/element.ts'

const defaultDurationMs = 1500

/** The dark box in the middle of the screen. There is one: the latest call decides. */
export function createToast(overlay: HTMLElement) {
  let shown: HTMLElement | undefined
  let kind: 'toast' | 'loading' = 'toast'
  let timer: ReturnType<typeof setTimeout> | undefined

  function hide(wanted: typeof kind): void {
    if (kind !== wanted) return
    clearTimeout(timer)
    shown?.remove()
    shown = undefined
  }

  function show(options: Options, nextKind: typeof kind): void {
    clearTimeout(timer)
    shown?.remove()
    kind = nextKind
    const icon = kind === 'loading' ? 'loading' : String(options.icon ?? 'success')
    const title = element('p', { class: 'phone-toast-title', text: String(options.title ?? '') })
    const box = element(
      'div',
      { class: `phone-toast phone-toast-${icon}`, attributes: { role: 'status' } },
      pictureOf(options, icon),
      title,
    )
    shown = element('div', { class: 'phone-toast-layer', attributes: { 'data-part': kind } }, box)
    shown.classList.toggle('phone-toast-mask', options.mask === true)
    overlay.append(shown)
    if (kind === 'toast')
      timer = setTimeout(() => hide('toast'), Number(options.duration ?? defaultDurationMs))
  }

  return {
    showToast: (options: Options) => show(options, 'toast'),
    hideToast: () => hide('toast'),
    showLoading: (options: Options) => show(options, 'loading'),
    hideLoading: () => hide('loading'),
  }
}

function pictureOf({ image }: Options, icon: string): HTMLElement | undefined {
  if (typeof image === 'string' && image !== '') {
    return element('img', {
      class: 'phone-toast-icon',
      attributes: { src: imageUrl(image, '', {}), alt: '' },
    })
  }
  return icon === 'none' ? undefined : element('i', { class: `phone-toast-icon phone-toast-icon-${icon}` })
}
