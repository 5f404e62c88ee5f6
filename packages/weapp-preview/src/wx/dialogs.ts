import type { Options } from '../runtime/async-api.ts'
import { WxError } from '../runtime/wx-error.ts'
import { element } from '../shared/element.ts'
import { currentLanguage } from '../shared/settings.ts'

const strings = {
  zh_CN: { confirm: '确定', cancel: '取消' },
  en: { confirm: 'OK', cancel: 'Cancel' },
} as const

/** `wx.showModal` and `wx.showActionSheet`. */
export function createDialogs(overlay: HTMLElement) {
  return {
    showModal: (options: Options) => showModal(overlay, options),
    showActionSheet: (options: Options) => showActionSheet(overlay, options),
  }
}

function showModal(overlay: HTMLElement, options: Options): Promise<object> {
  const { confirm, cancel } = strings[currentLanguage()]
  const text = (name: string, fallback: string) => String(options[name] || fallback)
  for (const name of ['confirmText', 'cancelText']) {
    if ([...text(name, '')].length <= 4) continue
    throw new WxError(`${name} length should not larger than 4 Chinese characters`)
  }
  const field = options.editable === true ? element('input', { class: 'phone-modal-input' }) : undefined
  if (field) {
    field.value = text('content', '')
    field.placeholder = text('placeholderText', '')
  }
  const cancelButton = dialogButton(text('cancelText', cancel), options.cancelColor)
  const confirmButton = dialogButton(text('confirmText', confirm), options.confirmColor)
  confirmButton.classList.add('phone-modal-confirm')
  cancelButton.hidden = options.showCancel === false
  const title = text('title', '')
  const content = field ? '' : text('content', '')
  const box = element(
    'div',
    {
      class: 'phone-modal',
      attributes: { role: 'dialog', 'aria-modal': 'true', 'aria-label': title || content },
    },
    title ? element('h2', { class: 'phone-modal-title', text: title }) : undefined,
    content ? element('p', { class: 'phone-modal-content', text: content }) : undefined,
    field,
    element('div', { class: 'phone-modal-buttons' }, cancelButton, confirmButton),
  )
  const layer = element('div', { class: 'phone-dialog-layer', attributes: { 'data-part': 'modal' } }, box)
  overlay.append(layer)
  ;(field ?? confirmButton).focus({ preventScroll: true })

  return new Promise((resolve) => {
    const close = (confirmed: boolean) => {
      layer.remove()
      const content = field && confirmed ? { content: field.value } : {}
      resolve({ confirm: confirmed, cancel: !confirmed, ...content })
    }
    cancelButton.addEventListener('click', () => close(false))
    confirmButton.addEventListener('click', () => close(true))
  })
}

function showActionSheet(overlay: HTMLElement, options: Options): Promise<object> {
  const items = Array.isArray(options.itemList) ? options.itemList.map(String) : []
  if (items.length === 0) throw new WxError('parameter error: parameter.itemList should have at least 1 item')
  if (items.length > 6) throw new WxError('parameter error: itemList should not be large than 6')
  const buttons = items.map((item) => dialogButton(item, options.itemColor))
  const cancelButton = dialogButton(strings[currentLanguage()].cancel, undefined)
  const sheet = element(
    'div',
    { class: 'phone-sheet', attributes: { role: 'dialog', 'aria-modal': 'true' } },
    options.alertText
      ? element('p', { class: 'phone-sheet-title', text: String(options.alertText) })
      : undefined,
    ...buttons,
    element('div', { class: 'phone-sheet-cancel' }, cancelButton),
  )
  const layer = element(
    'div',
    { class: 'phone-dialog-layer phone-sheet-layer', attributes: { 'data-part': 'action-sheet' } },
    sheet,
  )
  overlay.append(layer)

  return new Promise((resolve, reject) => {
    const cancel = () => {
      layer.remove()
      reject(new WxError('cancel'))
    }
    layer.addEventListener('click', ({ target }) => {
      if (target === layer) cancel()
    })
    cancelButton.addEventListener('click', cancel)
    for (const [tapIndex, button] of buttons.entries()) {
      button.addEventListener('click', () => {
        layer.remove()
        resolve({ tapIndex })
      })
    }
  })
}

function dialogButton(text: string, color: unknown): HTMLButtonElement {
  const button = element('button', { class: 'phone-dialog-button', text, attributes: { type: 'button' } })
  if (typeof color === 'string') button.style.color = color
  return button
}
