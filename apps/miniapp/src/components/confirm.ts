import Taro from '@tarojs/taro'

/** Asks before something is done; says whether the person wants it. WeChat's own window, at most four characters on a button. */
export async function confirm(question: {
  title: string
  body: string
  confirm: string
  cancel: string
}): Promise<boolean> {
  const answer = await Taro.showModal({
    title: question.title,
    content: question.body,
    confirmText: question.confirm,
    cancelText: question.cancel,
  })
  return answer.confirm
}

/** A word that passes by, for what has worked. */
export const tell = (title: string): void => void Taro.showToast({ title, icon: 'none' })
