import { element } from '../shared/element.ts'
import { currentLanguage } from '../shared/settings.ts'
import { openSheet, type Sheet, sheetButton } from './sheet.ts'

const strings = {
  zh_CN: { title: '发送给', chats: ['文件传输助手', '家人', '同事'], cancel: '取消' },
  en: { title: 'Send to', chats: ['File Transfer', 'Family', 'Colleagues'], cancel: 'Cancel' },
} as const

/** WeChat's choice of a chat that a file is sent to. Resolves to the chat's name, or to `undefined`. */
export function askForChat(overlay: HTMLElement, fileName: string): Promise<string | undefined> {
  const text = strings[currentLanguage()]
  return new Promise((resolve) => {
    const finish = (chat: string | undefined) => {
      sheet.close()
      resolve(chat)
    }
    const cancel = () => finish(undefined)
    const sheet: Sheet = openSheet(overlay, { part: 'chat-sheet', label: text.title, onDismiss: cancel })
    sheet.show(
      element('p', { class: 'phone-sheet-title', text: `${text.title} · ${fileName}` }),
      ...text.chats.map((chat) => sheetButton(chat, 'row', () => finish(chat))),
      element('div', { class: 'phone-sheet-cancel' }, sheetButton(text.cancel, 'row', cancel)),
    )
  })
}
