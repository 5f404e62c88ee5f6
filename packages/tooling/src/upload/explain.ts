import type { UploadOptions } from './parse-args.ts'

/** What miniprogram-ci threw. */
export interface Failure {
  /** Its own number for the step that failed, such as 20003 for the upload. */
  code?: number | string
  /** May hold WeChat's answer, as JSON: `Error: {"errCode":-10008,"errMsg":"invalid ip: …"}`. */
  message: string
}

const settings = 'mp.weixin.qq.com, 开发管理 > 开发设置 > 小程序代码上传'
const cannotSign = 20002
const noConnection =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ESOCKETTIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE)\b|socket hang up|tunneling socket/

/** Says in one line what to do about a failure; where that is not known, what WeChat said. */
export function explain({ code, message }: Failure, { appId, keyFile }: UploadOptions): string {
  const address = /invalid ip:?\s+([^\s,"]+)/i.exec(message)?.[1]
  if (address) return `WeChat takes no upload from ${address}: add that to the IP allow-list at ${settings}`
  const connection = noConnection.exec(message)?.[0]
  if (connection) {
    return `servicewechat.com cannot be reached (${connection}): check the network, or name a proxy in https_proxy`
  }
  // WeChat says "get new ticket fail" of a key that is not, or no longer, the mini program's.
  if (code === cannotSign || /ticket|signature/i.test(message)) {
    return `WeChat does not take ${keyFile} for ${appId}: take the key of this mini program, or reset it at ${settings}`
  }
  return `WeChat did not take it (${code ?? 'no code'}): ${oneLine(message)}`
}

/** Without anything that looks like a key. */
function oneLine(message: string): string {
  const safe = message.replace(/-----BEGIN[\s\S]*?(-----END[^-]*-----|$)/g, '…')
  return safe.replace(/\s+/g, ' ').slice(0, 500)
}
