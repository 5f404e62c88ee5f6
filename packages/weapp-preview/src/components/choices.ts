import type { Definition, Part } from './component-base.ts'
import { registerControl } from './controls.ts'

const members = new WeakMap<Element, Part>()

const choiceProperties = { value: '', checked: false, disabled: false, color: '' }

/** A box or a dot. The group, if there is one, tells the page about changes. */
function choice(role: 'checkbox' | 'radio', toggle: (part: Part) => void): Definition {
  return {
    properties: choiceProperties,
    reflect: ['checked', 'disabled'],
    create(part) {
      const { host } = part
      members.set(host, part)
      host.setAttribute('role', role)
      host.setAttribute('aria-checked', 'false')
      host.tabIndex = 0
      const activate = () => {
        if (!part.read<boolean>('disabled')) toggle(part)
      }
      host.addEventListener('click', activate)
      host.addEventListener('keydown', (event) => {
        if (event.key !== ' ') return
        event.preventDefault()
        activate()
      })
      registerControl(host, { activate })
    },
    observe: {
      checked: ({ host, read }) => host.setAttribute('aria-checked', String(read<boolean>('checked'))),
      disabled: ({ host, read }) => host.setAttribute('aria-disabled', String(read<boolean>('disabled'))),
      color: ({ host, read }) => host.style.setProperty('--control-color', read<string>('color') || null),
    },
  }
}

export const checkbox = choice('checkbox', (part) => {
  part.write({ checked: !part.read<boolean>('checked') })
  const group = part.host.closest('wx-checkbox-group')
  if (group) groups.get(group)?.emit('change', { value: checkedValues(group) })
})

export const radio = choice('radio', (part) => {
  if (part.read<boolean>('checked')) return
  const group = part.host.closest('wx-radio-group')
  if (group) for (const other of membersOf(group)) other.write({ checked: false })
  part.write({ checked: true })
  if (group) groups.get(group)?.emit('change', { value: part.read<string>('value') })
})

const groups = new WeakMap<Element, Part>()

function group(value: (host: Element) => unknown): Definition {
  return {
    properties: { name: '' },
    create(part) {
      groups.set(part.host, part)
      registerControl(part.host, {
        field: {
          name: () => part.read<string>('name'),
          value: () => value(part.host),
          reset: () => {
            for (const member of membersOf(part.host)) member.write({ checked: false })
          },
        },
      })
    },
  }
}

export const checkboxGroup = group(checkedValues)
export const radioGroup = group((host) => checkedValues(host)[0] ?? '')

function membersOf(host: Element): Part[] {
  return [...host.querySelectorAll('wx-checkbox,wx-radio')].flatMap((node) => members.get(node) ?? [])
}

function checkedValues(host: Element): string[] {
  const checked = membersOf(host).filter((part) => part.read<boolean>('checked'))
  return checked.map((part) => part.read<string>('value'))
}

export const switchControl: Definition = {
  properties: { name: '', checked: false, disabled: false, type: 'switch', color: '' },
  reflect: ['checked', 'disabled', 'type'],
  create(part) {
    const { host } = part
    host.setAttribute('role', 'switch')
    host.setAttribute('aria-checked', 'false')
    host.tabIndex = 0
    const activate = () => {
      if (part.read<boolean>('disabled')) return
      part.write({ checked: !part.read<boolean>('checked') })
      part.emit('change', { value: part.read<boolean>('checked') })
    }
    host.addEventListener('click', activate)
    registerControl(host, {
      activate,
      field: {
        name: () => part.read<string>('name'),
        value: () => part.read<boolean>('checked'),
        reset: () => part.write({ checked: false }),
      },
    })
  },
  observe: {
    checked: ({ host, read }) => host.setAttribute('aria-checked', String(read<boolean>('checked'))),
    color: ({ host, read }) => host.style.setProperty('--control-color', read<string>('color') || null),
  },
}
