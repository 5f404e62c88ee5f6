import Taro from '@tarojs/taro'

/** WeChat shows its own toast. Rejects with WeChat's failure, as after the user denied the privacy guidelines. */
export const copyText = (text: string): Promise<unknown> => Taro.setClipboardData({ data: text })

/** Why WeChat did not copy: the user denied the privacy guidelines, or they do not declare the clipboard. */
export function copyErrorKind(failure: unknown): 'denied' | 'undeclared' | 'failed' {
  const { errno, errMsg = '' } = (failure ?? {}) as { errno?: number; errMsg?: string }
  if (errno === 112 || /privacy agreement/i.test(errMsg)) return 'undeclared'
  if (errno === 103 || errno === 104 || /privacy permission|user (deny|denied)/i.test(errMsg)) return 'denied'
  return 'failed'
}
