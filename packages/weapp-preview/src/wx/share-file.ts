import type { Options } from '../runtime/async-api.ts'
import type { CallLog } from '../runtime/call-log.ts'
import { WxError } from '../runtime/wx-error.ts'
import { askForChat } from '../sheets/chat-sheet.ts'
import { type Files, requireFile } from './file-system.ts'

/** `wx.shareFileMessage`. The chat gets nothing; the log says which one it was. */
export function createShareFile(overlay: HTMLElement, files: Files, log: CallLog) {
  return async ({ filePath, fileName }: Options): Promise<void> => {
    if (typeof filePath !== 'string' || filePath === '')
      throw new WxError(
        `parameter error: parameter.filePath should be String instead of ${typeof filePath}`,
        1001,
      )
    requireFile(files, filePath)
    const name = typeof fileName === 'string' && fileName !== '' ? fileName : filePath.split('/').at(-1)
    const chat = await askForChat(overlay, String(name))
    if (chat === undefined) throw new WxError('cancel')
    log.start('wx', `${String(name)} → ${chat}`)(true, 'ok')
  }
}
