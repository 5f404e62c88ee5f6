import type { UploadOptions } from './parse-args.ts'

/** The error that miniprogram-ci throws. */
export interface Failure {
  /** miniprogram-ci's number of the failed step, such as 20003 for the upload. */
  code?: number | string
  /** May contain WeChat's response as JSON: `Error: {"errCode":-10008,"errMsg":"invalid ip: …"}`. */
  message: string
}

const settings = 'mp.weixin.qq.com, 开发管理 > 开发设置 > 小程序代码上传'
const cannotSign = 20002
const noConnection =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ESOCKETTIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE)\b|socket hang up|tunneling socket/

/** Returns one line that says what to do about a failure, or WeChat's message if that is unknown. */
export function explain({ code, message }: Failure, { appId, keyFile }: UploadOptions): string {
  const address = /invalid ip:?\s+([^\s,"]+)/i.exec(message)?.[1]
  if (address)
    return `WeChat rejects uploads from the IP ${address}: add it to the IP allow-list at ${settings}`
  const connection = noConnection.exec(message)?.[0]
  if (connection) {
    return `servicewechat.com cannot be reached (${connection}): check the network, or set a proxy in https_proxy`
  }
  // WeChat reports "get new ticket fail" for a key that is not, or no longer, the mini program's.
  if (code === cannotSign || /ticket|signature/i.test(message)) {
    return `WeChat rejects the key ${keyFile} for ${appId}: use the key of this mini program, or reset it at ${settings}`
  }
  return `WeChat rejected the upload (${code ?? 'no code'}): ${oneLine(message)}`
}

/** Removes anything that looks like a key. */
function oneLine(message: string): string {
  const safe = message.replace(/-----BEGIN[\s\S]*?(-----END[^-]*-----|$)/g, '…')
  return safe.replace(/\s+/g, ' ').slice(0, 500)
}
