import { element } from '../shared/element.ts'
import type { SimulatorPerson } from './simulator-api.ts'
import { words } from './strings.ts'

/** Who holds the phone: everybody whom the simulator knows. */
export function peoplePicker(
  people: readonly SimulatorPerson[],
  current: string,
  onChange: (person: string) => void,
): HTMLElement {
  const cards = people.map(({ id, name }, index) => {
    const input = element('input', { attributes: { type: 'radio', name: 'person', value: id } })
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
      { class: 'person' },
      input,
      element('span', { class: 'person-card' }, avatar, element('b', { text: name })),
    )
  })
  return element(
    'div',
    { class: 'people', attributes: { role: 'radiogroup', 'aria-label': words.person } },
    ...cards,
  )
}
