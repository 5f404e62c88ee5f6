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
