import { element } from '../shared/element.ts'
import type { SimulatorUser } from './simulator-api.ts'
import { strings } from './strings.ts'

/** The choice of the current user. */
export function userPicker(
  users: readonly SimulatorUser[],
  current: string,
  onChange: (user: string) => void,
): HTMLElement {
  const cards = users.map(({ id, name }, index) => {
    const input = element('input', { attributes: { type: 'radio', name: 'user', value: id } })
    input.checked = id === current
    input.addEventListener('change', () => onChange(id))
    const avatar = element('i', {
      class: 'avatar',
      text: [...name][0] ?? '',
      attributes: { 'aria-hidden': 'true' },
    })
    avatar.style.setProperty('--hue', String((index * 67 + 160) % 360))
    return element(
      'label',
      { class: 'user' },
      input,
      element('span', { class: 'user-card' }, avatar, element('b', { text: name })),
    )
  })
  return element(
    'div',
    { class: 'users', attributes: { role: 'radiogroup', 'aria-label': strings.user } },
    ...cards,
  )
}
