import { element } from '../shared/element.ts'

/** What is drawn of a phone besides the pages. */
export type Screen = {
  /** Holds the pages. */
  pages: HTMLElement
  /** Holds the tab bar. */
  bottom: HTMLElement
  /** Lies above everything: toasts, dialogs. */
  overlay: HTMLElement
  /** Heights in px of what the system keeps for itself. */
  statusBarHeight: number
  bottomInset: number
  /** Text of the status bar and the capsule. */
  setTextStyle(style: 'black' | 'white'): void
  /** `wifi`, `none`, or the name of a mobile network, which is written out. */
  setNetwork(type: string): void
  capsule: HTMLElement
}

/** From this height on a phone has a notch and no home button. */
const tallFrom = 780

export function createScreen(onMenu: () => void): Screen {
  const isTall = innerHeight >= tallFrom
  const clock = element('time', { class: 'phone-status-clock' })
  const network = element('i', { class: 'phone-status-network' })
  const status = element(
    'div',
    { class: 'phone-status-bar', attributes: { 'aria-hidden': 'true' } },
    clock,
    element(
      'span',
      { class: 'phone-status-icons' },
      element('i', { class: 'phone-status-signal' }),
      network,
      element('i', { class: 'phone-status-battery' }),
    ),
  )
  const menu = element('button', {
    class: 'phone-capsule-menu',
    attributes: { type: 'button', 'aria-label': '更多' },
  })
  const closeButton = element('button', {
    class: 'phone-capsule-close',
    attributes: { type: 'button', 'aria-label': '关闭' },
  })
  const capsule = element(
    'div',
    { class: 'phone-capsule', attributes: { 'data-part': 'capsule' } },
    menu,
    closeButton,
  )
  const pages = element('main', { class: 'phone-pages' })
  const bottom = element('div', { class: 'phone-bottom' })
  const overlay = element('div', { class: 'phone-overlay' })
  const root = element('div', { class: 'phone-screen' }, pages, bottom, status, capsule, overlay)
  if (isTall)
    root.append(element('div', { class: 'phone-home-indicator', attributes: { 'aria-hidden': 'true' } }))

  document.documentElement.classList.toggle('phone-is-tall', isTall)
  const style = document.documentElement.style
  const statusBarHeight = isTall ? 44 : 20
  const bottomInset = isTall ? 34 : 0
  style.setProperty('--phone-status-bar-height', `${statusBarHeight}px`)
  style.setProperty('--safe-area-inset-top', `${statusBarHeight}px`)
  style.setProperty('--safe-area-inset-bottom', `${bottomInset}px`)

  const tick = () => {
    clock.textContent = new Date().toLocaleTimeString('zh-CN', { hour: 'numeric', minute: '2-digit' })
  }
  tick()
  setInterval(tick, 10_000)
  menu.addEventListener('click', onMenu)
  closeButton.addEventListener('click', onMenu)
  document.body.append(root)

  return {
    pages,
    bottom,
    overlay,
    capsule,
    statusBarHeight,
    bottomInset,
    setTextStyle(style) {
      root.dataset.textStyle = style
    },
    setNetwork(type) {
      const isMobile = type !== 'wifi' && type !== 'none'
      network.className = isMobile ? 'phone-status-mobile' : 'phone-status-network'
      network.classList.toggle('phone-status-offline', type === 'none')
      network.textContent = isMobile ? type.toUpperCase() : ''
    },
  }
}
