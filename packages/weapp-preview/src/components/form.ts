import type { Definition, Part } from './component-base.ts'
import { controlOf, controlsIn, registerControl } from './controls.ts'

const forms = new WeakMap<Element, Part>()

export const form: Definition = {
  create(part) {
    forms.set(part.host, part)
    registerControl(part.host, {})
  },
}

/** Sends `submit` with the values of all named controls within the form. */
export function submitForm(host: Element): void {
  const value: Record<string, unknown> = {}
  for (const { field } of controlsIn(host)) if (field?.name()) value[field.name()] = field.value()
  forms.get(host)?.emit('submit', { value })
}

export function resetForm(host: Element): void {
  for (const { field } of controlsIn(host)) field?.reset()
  forms.get(host)?.emit('reset')
}

export const label: Definition = {
  properties: { for: '' },
  create(part) {
    part.host.addEventListener('click', ({ target }) => {
      const pressed = (target as Element).closest(
        'wx-checkbox,wx-radio,wx-switch,wx-button,wx-input,wx-textarea,wx-picker',
      )
      if (pressed && part.host.contains(pressed)) return
      const id = part.read<string>('for')
      const named = id ? part.host.closest('wx-page')?.querySelector(`#${CSS.escape(id)}`) : undefined
      const control = named ? controlOf(named) : controlsIn(part.host).find(({ activate }) => activate)
      control?.activate?.()
    })
  },
}
