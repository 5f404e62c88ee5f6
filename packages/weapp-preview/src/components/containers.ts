import type { Definition } from './component-base.ts'
import { hoverProperties, showPress } from './hover.ts'

export const view: Definition = {
  properties: hoverProperties('none', 50, 400),
  create: showPress,
}

export const text: Definition = {
  properties: { userSelect: false, selectable: false, space: '', decode: false },
  reflect: ['userSelect', 'selectable', 'space'],
}

/** Layout alone: what sets it apart on a phone (native layers) does not exist in a browser. */
export const plainContainer: Definition = {}

export const scrollView: Definition = {
  properties: {
    scrollX: false,
    scrollY: false,
    scrollTop: null,
    scrollLeft: null,
    scrollIntoView: '',
    scrollWithAnimation: false,
    enableFlex: false,
    upperThreshold: 50,
    lowerThreshold: 50,
  },
  reflect: ['scrollX', 'scrollY', 'enableFlex'],
  create(part) {
    let last = { top: 0, left: 0 }
    part.host.addEventListener('scroll', () => {
      const { scrollTop, scrollLeft, scrollHeight, scrollWidth, clientHeight } = part.host
      const [deltaX, deltaY] = [last.left - scrollLeft, last.top - scrollTop]
      last = { top: scrollTop, left: scrollLeft }
      part.emit('scroll', { scrollTop, scrollLeft, scrollHeight, scrollWidth, deltaX, deltaY })
      if (deltaY > 0 && scrollTop <= part.read<number>('upperThreshold')) part.emit('scrolltoupper')
      const rest = scrollHeight - clientHeight - scrollTop
      if (deltaY < 0 && rest <= part.read<number>('lowerThreshold')) part.emit('scrolltolower')
    })
  },
  observe: {
    'scrollTop,scrollLeft': (part) => {
      const [top, left] = [Number(part.read('scrollTop')), Number(part.read('scrollLeft'))]
      part.host.scrollTo({ top, left, behavior: part.read('scrollWithAnimation') ? 'smooth' : 'auto' })
    },
    scrollIntoView: (part) => {
      const id = part.read<string>('scrollIntoView')
      if (id) part.host.querySelector(`#${CSS.escape(id)}`)?.scrollIntoView({ block: 'start' })
    },
  },
}

export const swiper: Definition = {
  properties: { current: 0, autoplay: false, interval: 5_000, vertical: false, indicatorDots: false },
  reflect: ['vertical'],
  create(part) {
    const { host } = part
    host.addEventListener('scrollend', () => {
      const size = host.hasAttribute('vertical') ? host.clientHeight : host.clientWidth
      const offset = host.hasAttribute('vertical') ? host.scrollTop : host.scrollLeft
      const current = Math.round(offset / Math.max(size, 1))
      if (current === part.read<number>('current')) return
      part.write({ current })
      part.emit('change', { current, source: 'touch' })
    })
  },
  attach(part) {
    const timer = setInterval(() => {
      if (!part.host.isConnected) clearInterval(timer)
      else if (part.read<boolean>('autoplay')) {
        const count = part.host.querySelectorAll(':scope > wx-swiper-item').length
        part.write({ current: (part.read<number>('current') + 1) % Math.max(count, 1) })
      }
    }, part.read<number>('interval'))
  },
  observe: {
    current: ({ host, read }) => {
      host.querySelectorAll(':scope > wx-swiper-item')[read<number>('current')]?.scrollIntoView({
        behavior: 'smooth',
        block: 'nearest',
        inline: 'start',
      })
    },
  },
}
