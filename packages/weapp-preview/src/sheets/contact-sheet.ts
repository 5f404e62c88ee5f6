import { element } from '../shared/element.ts'
import { currentLanguage } from '../shared/settings.ts'
import { openSheet, type Sheet, sheetButton } from './sheet.ts'

const strings = {
  zh_CN: {
    contact: '客服消息',
    contactBody: '在微信中会打开与小程序客服的对话。预览不发送消息。',
    close: '关闭',
    call: '呼叫',
    callBody: '在手机上会拨打电话。预览不拨打。',
    cancel: '取消',
  },
  en: {
    contact: 'Customer service',
    contactBody: 'WeChat opens a chat with customer service here. The preview sends no message.',
    close: 'Close',
    call: 'Call',
    callBody: 'A phone makes the call. The preview does not.',
    cancel: 'Cancel',
  },
} as const

/** WeChat's chat with the customer service of the mini program. Resolves when the user closes it. */
export function showCustomerService(overlay: HTMLElement): Promise<void> {
  const { contact, contactBody, close } = strings[currentLanguage()]
  return new Promise((resolve) => {
    const finish = () => {
      sheet.close()
      resolve()
    }
    const sheet: Sheet = openSheet(overlay, { part: 'contact-sheet', label: contact, onDismiss: finish })
    sheet.show(
      element('p', { class: 'phone-sheet-title', text: contact }),
      element('p', { class: 'phone-contact-note', text: contactBody }),
      element('div', { class: 'phone-sheet-cancel' }, sheetButton(close, 'row', finish)),
    )
  })
}

/** The phone's question before a call. Resolves to whether the user calls. */
export function askToCall(overlay: HTMLElement, phoneNumber: string): Promise<boolean> {
  const { call, callBody, cancel } = strings[currentLanguage()]
  const label = `${call} ${phoneNumber}`
  return new Promise((resolve) => {
    const finish = (isCalled: boolean) => {
      sheet.close()
      resolve(isCalled)
    }
    const decline = () => finish(false)
    const sheet: Sheet = openSheet(overlay, { part: 'call-sheet', label, onDismiss: decline })
    sheet.show(
      element('p', { class: 'phone-contact-note', text: callBody }),
      sheetButton(label, 'row', () => finish(true)),
      element('div', { class: 'phone-sheet-cancel' }, sheetButton(cancel, 'row', decline)),
    )
  })
}
