import Taro from '@tarojs/taro'
import { ApiError, SessionError, type SessionErrorCode, type TransportErrorCode } from './errors.ts'
import type { HttpRequest, HttpResponse, HttpUpload } from './http-client.ts'
import type { Device } from './login-methods.ts'
import type { Platform } from './platform.ts'
import { readWechatInfo } from './read-wechat-info.ts'

/** The only caller of Taro's login, checkSession, request, uploadFile and storage. */
export const taroPlatform: Platform = {
  async login({ timeoutMs }) {
    try {
      return await Taro.login({ timeout: timeoutMs })
    } catch (failure) {
      throw new SessionError(toSessionErrorCode(failure), { cause: failure })
    }
  },
  checkSession: () =>
    Taro.checkSession().then(
      () => true,
      () => false,
    ),
  storage: {
    read: (key) => Taro.getStorageSync(key),
    write: (key, value) => Taro.setStorageSync(key, value),
    remove: (key) => Taro.removeStorageSync(key),
  },
  send,
  sendFile,
}

/** wx.request succeeds with any HTTP status; it fails without a response. */
async function send({ url, method, headers, body, timeoutMs }: HttpRequest): Promise<HttpResponse> {
  try {
    const { statusCode, header, data } = await Taro.request({
      url,
      method,
      header: headers,
      timeout: timeoutMs,
      ...(body === undefined ? {} : { data: body }),
    })
    return { status: statusCode, headers: header ?? {}, body: data }
  } catch (failure) {
    throw new ApiError(toTransportErrorCode(failure), { cause: failure })
  }
}

/** wx.uploadFile returns the body as text, also if it is JSON. */
async function sendFile(upload: HttpUpload): Promise<HttpResponse> {
  const { url, headers, field, filePath, onProgress, timeoutMs } = upload
  try {
    const task = Taro.uploadFile({ url, header: headers, name: field, filePath, timeout: timeoutMs })
    if (onProgress) task.progress(({ progress }) => onProgress(progress))
    const { statusCode, data, header } = await task
    return { status: statusCode, headers: header ?? {}, body: parseBody(data) }
  } catch (failure) {
    throw new ApiError(toTransportErrorCode(failure), { cause: failure })
  }
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Cut to the contract's limits. Old base libraries and other hosts do not tell. */
export function device(): Device | undefined {
  const { model, system } = readWechatInfo(() => Taro.getDeviceInfo?.())
  if (!model || !system) return undefined
  return { model: model.slice(0, 128), system: system.slice(0, 128) }
}

export const appId = (): string | undefined =>
  readWechatInfo(() => Taro.getAccountInfoSync?.()).miniProgram?.appId || undefined

/** Base libraries before 2.24.0 give no `errno`, only the text. */
function toTransportErrorCode(failure: unknown): TransportErrorCode {
  const { errno, errMsg } = failureDetails(failure)
  if (errno === 5 || /timeout|time out/i.test(errMsg)) return 'request_timeout'
  if (errno === 600002 || /domain list/i.test(errMsg)) return 'domain_not_allowed'
  if (errno === 600003 || /interrupted/i.test(errMsg)) return 'request_interrupted'
  return 'network_unreachable'
}

function toSessionErrorCode(failure: unknown): SessionErrorCode {
  const { errno, errMsg } = failureDetails(failure)
  if (errno === 5 || /timeout|time out/i.test(errMsg)) return 'wechat_login_timeout'
  if (errno === 108 || errno === 109 || /network/i.test(errMsg)) return 'wechat_login_offline'
  if (errno === 103 || errno === 1402101 || /deny|denied/i.test(errMsg)) return 'wechat_login_denied'
  return 'wechat_login_failed'
}

function failureDetails(failure: unknown): { errno: number | undefined; errMsg: string } {
  const details = typeof failure === 'object' && failure !== null ? failure : {}
  return {
    errno: 'errno' in details && typeof details.errno === 'number' ? details.errno : undefined,
    errMsg: 'errMsg' in details && typeof details.errMsg === 'string' ? details.errMsg : '',
  }
}
