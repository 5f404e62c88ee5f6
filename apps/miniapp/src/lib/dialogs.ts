import Taro from '@tarojs/taro'
import { readWechatInfo } from '../session/read-wechat-info.ts'

/** WeChat allows at most four characters on a button. */
export type ConfirmOptions = {
  title: string
  body: string
  confirm: string
  cancel: string
  /** For what the user cannot undo. */
  isDangerous?: boolean
}

/** `--danger` of app.css: WeChat's dialog follows the theme but not the CSS tokens. */
export const dangerColors = { light: '#b3261e', dark: '#ff9d94' }

/** Shows WeChat's confirm dialog. Returns whether the user confirmed. */
export async function confirm(options: ConfirmOptions): Promise<boolean> {
  const result = await Taro.showModal({
    title: options.title,
    content: options.body,
    confirmText: options.confirm,
    cancelText: options.cancel,
    ...(options.isDangerous && { confirmColor: dangerColors[theme()] }),
  })
  return result.confirm
}

const theme = () => readWechatInfo(() => Taro.getAppBaseInfo?.()).theme ?? 'light'

/** Shows a message that the user must dismiss. Resolves when they have. */
export async function alert(options: { title: string; body: string; dismiss: string }): Promise<void> {
  await Taro.showModal({
    title: options.title,
    content: options.body,
    confirmText: options.dismiss,
    showCancel: false,
  })
}

/** Returns the index of the chosen item, or `null` if the user cancelled. */
export function showActionSheet(items: string[]): Promise<number | null> {
  return Taro.showActionSheet({ itemList: items }).then(
    ({ tapIndex }) => tapIndex,
    () => null,
  )
}

export const showToast = (title: string): void => void Taro.showToast({ title, icon: 'none' })
