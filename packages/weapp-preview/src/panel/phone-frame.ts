import { element } from '../shared/element.ts'

/** Screen sizes in CSS px. */
export const phoneSizes = ['375x812', '320x568'] as const
export type PhoneSize = (typeof phoneSizes)[number]

export type PhoneFrame = {
  element: HTMLElement
  size(): PhoneSize
  setSize(size: PhoneSize): void
  /** A cold start that keeps the storage. */
  restart(): void
}

const sizeKey = 'weapp-preview:size'
const bezelPx = 12

/** The phone on the page. It shrinks where the window is too low for it. */
export function createPhoneFrame(): PhoneFrame {
  const phone = element('iframe', {
    attributes: { src: '/phone', title: '小程序', allow: 'clipboard-write' },
  })
  const body = element('div', { class: 'phone-body' }, phone)
  const stage = element('div', { class: 'phone-stage' }, body)
  let size = phoneSizes.find((known) => known === localStorage.getItem(sizeKey)) ?? phoneSizes[0]

  function fit(): void {
    const [width = 0, height = 0] = size.split('x').map((part) => Number(part) + 2 * bezelPx)
    const room = { width: stage.clientWidth - 32, height: stage.clientHeight - 32 }
    const scale = Math.min(1, room.width / width, room.height / height)
    body.style.width = `${width}px`
    body.style.height = `${height}px`
    body.style.transform = `scale(${scale})`
    body.classList.toggle('phone-small', size === '320x568')
  }
  new ResizeObserver(fit).observe(stage)

  const restart = () => phone.contentWindow?.location.replace('/phone')
  return {
    element: stage,
    size: () => size,
    setSize(next) {
      size = next
      localStorage.setItem(sizeKey, size)
      fit()
      restart()
    },
    restart,
  }
}
