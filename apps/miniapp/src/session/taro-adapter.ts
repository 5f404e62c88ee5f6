import Taro from '@tarojs/taro'
import { ApiProblem, type TransportCode } from './errors.ts'
import type { HttpAnswer, HttpRequest, HttpUpload } from './http-client.ts'
import type { Device } from './login-methods.ts'
import { LoginProblem, type LoginProblemCode } from './login-problem.ts'
import type { Platform } from './platform.ts'
import { wechatInfo } from './read-wechat-info.ts'

/** The phone, as the session needs it. The only user of Taro's login, checkSession, request, uploadFile and storage. */
export const wechatPlatform: Platform = {
  async login({ timeoutMs }) {
    try {
      return await Taro.login({ timeout: timeoutMs })
    } catch (failure) {
      throw new LoginProblem(loginCodeOf(failure), { cause: failure })
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

/** wx.request. Any HTTP status is a success to it; a failure means that no answer came. */
async function send({ url, method, headers, body, timeoutMs }: HttpRequest): Promise<HttpAnswer> {
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
    throw new ApiProblem(transportCodeOf(failure), { cause: failure })
  }
}

/** wx.uploadFile, which hands the answer on as text, whatever it is. */
async function sendFile(upload: HttpUpload): Promise<HttpAnswer> {
  const { url, headers, field, filePath, onProgress, timeoutMs } = upload
  try {
    const task = Taro.uploadFile({ url, header: headers, name: field, filePath, timeout: timeoutMs })
    if (onProgress) task.progress(({ progress }) => onProgress(progress))
    const { statusCode, data, header } = await task
    return { status: statusCode, headers: header ?? {}, body: parsed(data) }
  } catch (failure) {
    throw new ApiProblem(transportCodeOf(failure), { cause: failure })
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** What the phone says of itself, in the lengths that the contract allows; old ones and other hosts may not. */
export function device(): Device | undefined {
  const { model, system } = wechatInfo(() => Taro.getDeviceInfo?.())
  if (!model || !system) return undefined
  return { model: model.slice(0, 128), system: system.slice(0, 128) }
}

/** The AppID that this mini program runs under. */
export const appId = (): string | undefined =>
  wechatInfo(() => Taro.getAccountInfoSync?.()).miniProgram?.appId || undefined

/** Base libraries before 2.24.0 give no `errno`, so the text has to do there. */
function transportCodeOf(failure: unknown): TransportCode {
  const { errno, errMsg } = factsOf(failure)
  if (errno === 5 || /timeout|time out/i.test(errMsg)) return 'request_timeout'
  if (errno === 600002 || /domain list/i.test(errMsg)) return 'domain_not_allowed'
  if (errno === 600003 || /interrupted/i.test(errMsg)) return 'request_interrupted'
  return 'network_unreachable'
}

function loginCodeOf(failure: unknown): LoginProblemCode {
  const { errno, errMsg } = factsOf(failure)
  if (errno === 5 || /timeout|time out/i.test(errMsg)) return 'wechat_login_timeout'
  if (errno === 108 || errno === 109 || /network/i.test(errMsg)) return 'wechat_login_offline'
  if (errno === 103 || errno === 1402101 || /deny|denied/i.test(errMsg)) return 'wechat_login_denied'
  return 'wechat_login_failed'
}

function factsOf(failure: unknown): { errno: number | undefined; errMsg: string } {
  const facts = typeof failure === 'object' && failure !== null ? failure : {}
  return {
    errno: 'errno' in facts && typeof facts.errno === 'number' ? facts.errno : undefined,
    errMsg: 'errMsg' in facts && typeof facts.errMsg === 'string' ? facts.errMsg : '',
  }
}
