import Taro from '@tarojs/taro'
import { supports } from '../../lib/supports.ts'

/** WeChat's folder for what a mini program writes; there is one export at a time. */
const filePath = () => `${Taro.env.USER_DATA_PATH}/account.json`

/** Whether WeChat can send a file to a chat: not before base library 2.16.1. */
export const canShareFiles = (): boolean => supports('shareFileMessage')

/** Puts the text into the file; says whether there was room for it. */
export const writeFile = (text: string): Promise<boolean> =>
  new Promise<boolean>((resolve) => {
    Taro.getFileSystemManager().writeFile({
      filePath: filePath(),
      data: text,
      encoding: 'utf8',
      success: () => resolve(true),
      fail: () => resolve(false),
    })
  }).catch(() => false)

/** Lets the person choose a chat to send the file to; says whether they have chosen one. Rejects with WeChat's failure. */
export const shareFile = (fileName: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    void Taro.shareFileMessage({
      filePath: filePath(),
      fileName,
      success: () => resolve(true),
      fail: (failure) => (/cancel/i.test(failure.errMsg) ? resolve(false) : reject(failure)),
    })
  })

/** Removes the file, if there is one. */
export function removeFile(): void {
  try {
    Taro.getFileSystemManager().unlink({ filePath: filePath(), success: () => {}, fail: () => {} })
  } catch {
    // Without a file system there is no file.
  }
}

/** WeChat tells by itself that it has copied. Rejects with WeChat's failure, as after a refusal of the privacy guide. */
export const copyText = (text: string): Promise<unknown> => Taro.setClipboardData({ data: text })

/** Why nothing was copied: the person has not agreed to the privacy guide, or it does not name the clipboard. */
export function copyProblemOf(failure: unknown): 'refused' | 'undeclared' | 'failed' {
  const { errno, errMsg = '' } = (failure ?? {}) as { errno?: number; errMsg?: string }
  if (errno === 112 || /privacy agreement/i.test(errMsg)) return 'undeclared'
  if (errno === 103 || errno === 104 || /privacy permission|user (deny|denied)/i.test(errMsg))
    return 'refused'
  return 'failed'
}
