import type { Definition, Part } from './component-base.ts'
import { controlOf, registerControl } from './controls.ts'
import { resetForm, submitForm } from './form.ts'
import { hoverProperties, showPress } from './hover.ts'
import { useOpenType } from './open-types.ts'

export const button: Definition = {
  properties: {
    disabled: false,
    loading: false,
    plain: false,
    type: 'default',
    size: 'default',
    openType: '',
    formType: '',
    phoneNumberNoQuotaToast: true,
    ...hoverProperties('button-hover', 20, 70),
  },
  reflect: ['disabled', 'loading', 'plain', 'type', 'size'],
  create(part) {
    const { host, component } = part
    host.setAttribute('role', 'button')
    host.tabIndex = 0
    showPress(part)
    // A disabled button swallows the tap before it reaches the page.
    component.addListener('tap', () => (part.read<boolean>('disabled') ? false : undefined), {
      capture: true,
    })
    host.addEventListener('click', () => press(part))
    host.addEventListener('keydown', (event) => {
      if (event.target === host && (event.key === 'Enter' || event.key === ' ')) pressByKey(host, event)
    })
    registerControl(host, { activate: () => host.click() })
  },
  observe: {
    disabled: ({ host, read }) => host.setAttribute('aria-disabled', String(read<boolean>('disabled'))),
    loading: ({ host, read }) => host.setAttribute('aria-busy', String(read<boolean>('loading'))),
  },
}

function press(part: Part): void {
  if (part.read<boolean>('disabled')) return
  useOpenType(part)
  const formType = part.read<string>('formType')
  const form = part.host.closest('wx-form')
  if (!form || !controlOf(form)) return
  if (formType === 'submit') submitForm(form)
  if (formType === 'reset') resetForm(form)
}

/** glass-easel turns a touch that ends where it started into a tap. */
function pressByKey(host: HTMLElement, event: KeyboardEvent): void {
  event.preventDefault()
  for (const type of ['mousedown', 'mouseup', 'click']) {
    host.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true }))
  }
}
