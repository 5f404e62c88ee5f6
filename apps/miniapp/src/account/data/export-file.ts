import Taro from '@tarojs/taro'
import { supports } from '../../lib/supports.ts'

/** In WeChat's folder for user data. */
const filePath = () => `${Taro.env.USER_DATA_PATH}/account.json`

/** Whether WeChat can send a file to a chat: from base library 2.16.1. */
export const canShareFiles = (): boolean => supports('shareFileMessage')

/** Returns whether the phone could write the file. */
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

/** Opens WeChat's chat list. Returns whether the user sent the file; rejects with WeChat's failure. */
export const shareFile = (fileName: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    void Taro.shareFileMessage({
      filePath: filePath(),
      fileName,
      success: () => resolve(true),
      fail: (failure) => (/cancel/i.test(failure.errMsg) ? resolve(false) : reject(failure)),
    })
  })

/** Removes the file if it exists. */
export function removeFile(): void {
  try {
    Taro.getFileSystemManager().unlink({ filePath: filePath(), success: () => {}, fail: () => {} })
  } catch {
    // Without a file system there is no file.
  }
}
