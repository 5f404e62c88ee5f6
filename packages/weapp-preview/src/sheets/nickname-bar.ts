import { paintAvatar } from '../runtime/images.ts'
import { element } from '../shared/element.ts'
import { currentLanguage } from '../shared/settings.ts'

const strings = { zh_CN: '微信昵称', en: 'WeChat name' } as const

/** The row above the keyboard that offers the WeChat nickname. Returns what takes it away. */
export function openNicknameBar(overlay: HTMLElement, name: string, use: () => void): () => void {
  const avatar = element('img', { class: 'phone-avatar', attributes: { alt: '' } })
  const button = element(
    'button',
    { class: 'phone-nickname', attributes: { type: 'button', tabindex: '-1' } },
    avatar,
    element('span', { text: name }),
    element('small', { text: strings[currentLanguage()] }),
  )
  const bar = element(
    'div',
    { class: 'phone-nickname-bar', attributes: { 'data-part': 'nickname-bar' } },
    button,
  )
  // A press on the keyboard does not leave the field.
  bar.addEventListener('pointerdown', (event) => event.preventDefault())
  bar.addEventListener('mousedown', (event) => event.preventDefault())
  button.addEventListener('click', use)
  overlay.append(bar)
  void paintAvatar(name).then((portrait) => {
    avatar.src = URL.createObjectURL(portrait)
    avatar.addEventListener('load', () => URL.revokeObjectURL(avatar.src), { once: true })
  })
  return () => bar.remove()
}
