import { element } from '../shared/element.ts'

export type Choice<Value extends string> = { value: Value; label: string }

/** A row with a label and something to change. */
export function field(label: string, control: HTMLElement): HTMLElement {
  return element('div', { class: 'field' }, element('span', { class: 'field-label', text: label }), control)
}

/** A titled group of the panel. */
export function section(title: string, ...children: HTMLElement[]): HTMLElement {
  const heading = element('h2', { class: 'section-title', text: title })
  return element('section', { class: 'section', attributes: { 'aria-label': title } }, heading, ...children)
}

/** A few choices side by side, of which one is selected. */
export function segments<Value extends string>(
  label: string,
  choices: readonly Choice<Value>[],
  current: Value,
  onChange: (value: Value) => void,
): HTMLElement {
  const inputs = choices.map(({ value, label: text }) => {
    const input = element('input', { attributes: { type: 'radio', name: label, value } })
    input.checked = value === current
    input.addEventListener('change', () => onChange(value))
    return element('label', {}, input, element('span', { class: 'segment', text }))
  })
  return element(
    'div',
    { class: 'segments', attributes: { role: 'radiogroup', 'aria-label': label } },
    ...inputs,
  )
}

/** Many choices, of which one is selected. */
export function select<Value extends string>(
  label: string,
  choices: readonly Choice<Value>[],
  current: Value,
  onChange: (value: Value) => void,
): HTMLSelectElement {
  const options = choices.map(({ value, label: text }) => element('option', { text, attributes: { value } }))
  const control = element('select', { class: 'select', attributes: { 'aria-label': label } }, ...options)
  control.value = current
  const mark = () => control.classList.toggle('select-changed', control.value !== choices[0]?.value)
  mark()
  control.addEventListener('change', () => {
    mark()
    onChange(control.value as Value)
  })
  return control
}

export function action(text: string, run: () => void): HTMLButtonElement {
  const button = element('button', { class: 'action', text, attributes: { type: 'button' } })
  button.addEventListener('click', run)
  return button
}
