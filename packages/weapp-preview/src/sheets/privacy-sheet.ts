import { element } from '../shared/element.ts'
import { currentLanguage } from '../shared/settings.ts'
import { openSheet, type Sheet, sheetButton } from './sheet.ts'
import { sheetChoice, sheetHead } from './sheet-content.ts'

const strings = {
  zh_CN: {
    title: '用户隐私保护提示',
    before: '在你使用服务之前，请仔细阅读',
    after: '。如你同意，请点击“同意”开始使用。',
    agree: '同意',
    decline: '拒绝',
    close: '关闭',
    guide: [
      '本指引由小程序的开发者在微信公众平台填写，说明它处理哪些信息、用来做什么。',
      '为了让你完成登录和完善资料，开发者会在你主动提供后，处理你的手机号、微信昵称和头像。',
      '为了让你把内容带走，开发者会在你点击后，写入你的剪切板。',
      '这里是预览，真正的《小程序用户隐私保护指引》要在微信公众平台填写。',
    ],
  },
  en: {
    title: 'Privacy notice',
    before: 'Please read ',
    after: ' before you use the service. Tap “Agree” if you accept it.',
    agree: 'Agree',
    decline: 'Decline',
    close: 'Close',
    guide: [
      'The developer writes these guidelines on the WeChat platform: which information is used, and what for.',
      'To let you log in and complete your profile, the developer uses the phone number, nickname and avatar that you provide.',
      'To let you copy something, the developer writes to your clipboard when you tap a button.',
      'This is a preview. The real User Privacy Guidelines are on the WeChat platform.',
    ],
  },
} as const

export type PrivacyQuestion = { appName: string; contractName: string; openContract: () => Promise<void> }

/** WeChat's dialog for a mini program without its own. Resolves to whether the user agrees. */
export function askForPrivacy(
  overlay: HTMLElement,
  { appName, contractName, openContract }: PrivacyQuestion,
): Promise<boolean> {
  const text = strings[currentLanguage()]
  return new Promise((resolve) => {
    const finish = (agreed: boolean) => {
      sheet.close()
      resolve(agreed)
    }
    const sheet: Sheet = openSheet(overlay, { part: 'privacy-sheet', label: text.title })
    const question = element('p', { class: 'phone-sheet-text' })
    question.append(
      text.before,
      sheetButton(contractName, 'link', () => void openContract()),
      text.after,
    )
    sheet.show(
      sheetHead(appName, undefined, text.title),
      question,
      sheetChoice(
        sheetButton(text.decline, 'secondary', () => finish(false)),
        sheetButton(text.agree, 'primary', () => finish(true)),
      ),
    )
  })
}

/** The privacy guidelines; resolves when it is closed. */
export function showPrivacyContract(
  overlay: HTMLElement,
  appName: string,
  contractName: string,
): Promise<void> {
  const text = strings[currentLanguage()]
  return new Promise((resolve) => {
    const close = () => {
      sheet.close()
      resolve()
    }
    const sheet: Sheet = openSheet(overlay, {
      part: 'privacy-contract',
      label: contractName,
      onDismiss: close,
    })
    sheet.show(
      element(
        'header',
        { class: 'phone-sheet-bar' },
        sheetButton(text.close, 'link', close),
        element('h2', { text: appName }),
      ),
      element(
        'article',
        { class: 'phone-contract' },
        element('h3', { text: contractName }),
        ...text.guide.map((paragraph) => element('p', { text: paragraph })),
      ),
    )
  })
}
