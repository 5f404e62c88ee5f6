import type { PhoneNumber } from '../runtime/phone-numbers.ts'
import { element } from '../shared/element.ts'
import { currentLanguage } from '../shared/settings.ts'
import { openSheet, type Sheet, sheetButton } from './sheet.ts'
import { sheetChoice, sheetHead } from './sheet-content.ts'

const strings = {
  zh_CN: {
    verb: '申请',
    title: '获取并验证你的手机号',
    noQuota: '申请获取你的手机号，但该功能使用次数已达当前小程序上限，暂时无法使用',
    known: '我知道了',
    bound: '微信绑定号码',
    added: '你添加的号码',
    other: '使用其他手机号',
    decline: '拒绝',
    allow: '允许',
    add: '添加手机号',
    number: '手机号',
    back: '返回',
    save: '保存',
  },
  en: {
    verb: 'requests to',
    title: 'Get and verify your phone number',
    noQuota: ' asks for your phone number, but has used up its quota. Not available for now.',
    known: 'OK',
    bound: 'Linked to WeChat',
    added: 'Added by you',
    other: 'Use another number',
    decline: 'Decline',
    allow: 'Allow',
    add: 'Add a phone number',
    number: 'Phone number',
    back: 'Back',
    save: 'Save',
  },
} as const

export type PhoneQuestion = {
  appName: string
  /** The one that is bound to WeChat first. */
  numbers: readonly PhoneNumber[]
  /** Stores an added number, also when the user then cancels. */
  add: (number: PhoneNumber) => void
}

/** WeChat's question for a phone number. Resolves to the number that is handed over, or to `undefined`. */
export function askForPhoneNumber(
  overlay: HTMLElement,
  { appName, numbers, add }: PhoneQuestion,
): Promise<PhoneNumber | undefined> {
  const text = strings[currentLanguage()]
  const known = [...numbers]
  let chosen = known[0]

  return new Promise((resolve) => {
    const finish = (number: PhoneNumber | undefined) => {
      sheet.close()
      resolve(number)
    }
    const sheet: Sheet = openSheet(overlay, { part: 'phone-number-sheet', label: text.title })
    showNumbers()

    function showNumbers(): void {
      const rows = known.map((number, index) => {
        const hint = index === 0 ? text.bound : text.added
        return numberRow(number, hint, number === chosen, () => {
          chosen = number
        })
      })
      sheet.show(
        sheetHead(appName, text.verb, text.title),
        element('div', { class: 'phone-numbers', attributes: { role: 'radiogroup' } }, ...rows),
        sheetButton(text.other, 'link', showForm),
        sheetChoice(
          sheetButton(text.decline, 'secondary', () => finish(undefined)),
          sheetButton(text.allow, 'primary', () => finish(chosen)),
        ),
      )
    }

    function showForm(): void {
      const input = element('input', {
        class: 'phone-number-input',
        attributes: {
          type: 'tel',
          inputmode: 'numeric',
          placeholder: text.number,
          'aria-label': text.number,
        },
      })
      const save = sheetButton(text.save, 'primary', () => {
        chosen = { phoneNumber: input.value, countryCode: '86' }
        known.push(chosen)
        add(chosen)
        showNumbers()
      })
      save.disabled = true
      input.addEventListener('input', () => {
        save.disabled = !/^1\d{10}$/.test(input.value)
      })
      sheet.show(
        sheetHead(appName, undefined, text.add),
        element('label', { class: 'phone-number-field' }, element('span', { text: '+86' }), input),
        sheetChoice(sheetButton(text.back, 'secondary', showNumbers), save),
      )
      input.focus({ preventScroll: true })
    }
  })
}

/** What WeChat says by itself when the operator has not paid. Resolves when it is closed. */
export function showNoQuota(overlay: HTMLElement, appName: string): Promise<void> {
  const text = strings[currentLanguage()]
  return new Promise((resolve) => {
    const close = () => {
      sheet.close()
      resolve()
    }
    const sheet: Sheet = openSheet(overlay, {
      part: 'phone-number-sheet',
      label: text.noQuota,
      onDismiss: close,
    })
    sheet.show(
      sheetHead(appName, undefined, text.title),
      element('p', { class: 'phone-sheet-text', text: `${appName}${text.noQuota}` }),
      sheetChoice(sheetButton(text.known, 'primary', close)),
    )
  })
}

function numberRow(number: PhoneNumber, hint: string, isChosen: boolean, choose: () => void): HTMLElement {
  const input = element('input', { attributes: { type: 'radio', name: 'phone-number' } })
  input.checked = isChosen
  input.addEventListener('change', choose)
  return element(
    'label',
    { class: 'phone-number' },
    input,
    element(
      'span',
      { class: 'phone-number-text' },
      element('b', { text: masked(number) }),
      element('small', { text: hint }),
    ),
    element('i', { class: 'phone-number-tick' }),
  )
}

/** `138****0000`; a foreign number keeps its area code. */
export function masked({ phoneNumber, countryCode }: PhoneNumber): string {
  const hidden = `${phoneNumber.slice(0, 3)}****${phoneNumber.slice(-4)}`
  return String(countryCode) === '86' ? hidden : `+${countryCode} ${hidden}`
}
