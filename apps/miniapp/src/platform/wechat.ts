import Taro from '@tarojs/taro'
import type { HttpAnswer, HttpRequest } from '../api/client.ts'
import { ApiProblem, type TransportCode } from '../api/problem.ts'
import type { Device } from '../session/exchange.ts'
import { LoginProblem, type LoginProblemCode } from '../session/login-problem.ts'
import type { Platform } from '../session/platform.ts'

/** The phone, as the session needs it. The only user of Taro's login, checkSession, request and storage. */
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
}

/** wx.request. Any HTTP status is a success to it; a failure means that no answer came. */
export async function send({ url, method, headers, body, timeoutMs }: HttpRequest): Promise<HttpAnswer> {
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

/** What the phone says of itself, in the lengths that the contract allows. */
export function device(): Device | undefined {
  const { model, system } = Taro.getDeviceInfo()
  if (!model || !system) return undefined
  return { model: model.slice(0, 128), system: system.slice(0, 128) }
}

/** The AppID that this mini program runs under. */
export const appId = (): string | undefined => Taro.getAccountInfoSync().miniProgram?.appId || undefined

/** WeChat's language, such as `zh_CN` or `en`. */
export const language = (): string => Taro.getAppBaseInfo().language ?? 'zh_CN'

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
