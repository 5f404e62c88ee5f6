import type { Definition, Part } from './component-base.ts'
import { registerControl } from './controls.ts'
import { serveNickname } from './nickname-field.ts'

type Field = HTMLInputElement | HTMLTextAreaElement

const fields = new WeakMap<Element, Field>()

const properties = {
  name: '',
  value: '',
  placeholder: '',
  placeholderStyle: '',
  placeholderClass: '',
  disabled: false,
  focus: false,
  maxlength: 140,
}

/** WeChat's names for keyboards, and the browser's. */
const keyboards: Record<string, string> = { number: 'numeric', digit: 'decimal', idcard: 'text' }

export const input: Definition = {
  properties: { ...properties, type: 'text', password: false, confirmType: 'done' },
  create: (part) => {
    const field = document.createElement('input')
    createField(part, field)
    serveNickname(part, field)
  },
  observe: {
    ...observeField(),
    'type,password': (part) => {
      const type = part.read<string>('type')
      const field = fieldOf(part) as HTMLInputElement
      field.type = part.read<boolean>('password') || type === 'safe-password' ? 'password' : 'text'
      field.inputMode = keyboards[type] ?? 'text'
    },
  },
}

export const textarea: Definition = {
  properties: { ...properties, autoHeight: false },
  create: (part) => createField(part, document.createElement('textarea')),
  observe: { ...observeField(), autoHeight: fitHeight },
}

function createField(part: Part, field: Field): void {
  fields.set(part.host, field)
  field.maxLength = 140
  // Shadow-free, but ours: WeChat's own field is not part of the page's tree either.
  field.className = 'weapp-field'
  part.host.append(field)
  const detail = () => ({ value: field.value, cursor: field.selectionStart ?? 0 })

  // The browser's own events must not reach the page: they carry no detail.
  const on = (event: string, run: (event: Event) => void) => {
    field.addEventListener(event, (native) => {
      native.stopPropagation()
      run(native)
    })
  }
  on('input', () => {
    part.write({ value: field.value })
    fitHeight(part)
    part.emit('input', { ...detail(), keyCode: 0 })
  })
  on('change', () => {})
  on('focus', () => part.emit('focus', { value: field.value, height: 0 }))
  on('blur', () => part.emit('blur', detail()))
  field.addEventListener('keydown', (event) => {
    if (event instanceof KeyboardEvent && event.key === 'Enter' && field instanceof HTMLInputElement) {
      part.emit('confirm', { value: field.value })
    }
  })
  part.host.addEventListener('click', () => field.focus())

  const initial = () => part.write({ value: '' })
  registerControl(part.host, {
    activate: () => field.focus(),
    field: { name: () => part.read<string>('name'), value: () => field.value, reset: initial },
  })
}

function observeField(): NonNullable<Definition['observe']> {
  return {
    value: (part) => {
      const field = fieldOf(part)
      const value = String(part.read('value') ?? '')
      if (field.value !== value) field.value = value
      fitHeight(part)
    },
    placeholder: (part) => {
      fieldOf(part).placeholder = part.read<string>('placeholder')
    },
    placeholderStyle: (part) => {
      const [, color] = /(?:^|;)\s*color:\s*([^;]+)/.exec(part.read<string>('placeholderStyle')) ?? []
      part.host.style.setProperty('--placeholder-color', color ?? null)
    },
    disabled: (part) => {
      fieldOf(part).disabled = part.read<boolean>('disabled')
    },
    focus: (part) => {
      if (part.read<boolean>('focus')) requestAnimationFrame(() => fieldOf(part).focus())
    },
    maxlength: (part) => {
      const maximum = part.read<number>('maxlength')
      if (maximum < 0) fieldOf(part).removeAttribute('maxlength')
      else fieldOf(part).maxLength = maximum
    },
  }
}

function fitHeight(part: Part): void {
  const field = fieldOf(part)
  if (!(field instanceof HTMLTextAreaElement) || !part.read<boolean>('autoHeight')) return
  field.style.height = 'auto'
  field.style.height = `${field.scrollHeight}px`
  part.host.style.height = 'auto'
}

function fieldOf(part: Part): Field {
  const field = fields.get(part.host)
  if (!field) throw new Error('a text field was used before it was created')
  return field
}
