import Taro from '@tarojs/taro'
import { wechatInfo } from '../session/read-wechat-info.ts'

/** What is asked before something is done. WeChat takes at most four characters on a button. */
export type Question = {
  title: string
  body: string
  confirm: string
  cancel: string
  /** For what cannot be undone. */
  isDangerous?: boolean
}

/** `--danger` of app.css: WeChat's own window has the theme of the pages, and not their tokens. */
export const dangerColors = { light: '#b3261e', dark: '#ff9d94' }

/** Asks in WeChat's own window; says whether the person wants it. */
export async function confirm({ title, body, confirm, cancel, isDangerous }: Question): Promise<boolean> {
  const answer = await Taro.showModal({
    title,
    content: body,
    confirmText: confirm,
    cancelText: cancel,
    ...(isDangerous && { confirmColor: dangerColors[theme()] }),
  })
  return answer.confirm
}

const theme = () => wechatInfo(() => Taro.getAppBaseInfo?.()).theme ?? 'light'

/** Says what nobody should miss; resolves when the person has read it. */
export async function announce(news: { title: string; body: string; read: string }): Promise<void> {
  await Taro.showModal({
    title: news.title,
    content: news.body,
    confirmText: news.read,
    showCancel: false,
  })
}

/** Lets a person take one of several; `null` when they take none. */
export function choose(items: string[]): Promise<number | null> {
  return Taro.showActionSheet({ itemList: items }).then(
    ({ tapIndex }) => tapIndex,
    () => null,
  )
}

/** A word that passes by, for what has worked. */
export const tell = (title: string): void => void Taro.showToast({ title, icon: 'none' })
