import { Pool } from 'undici'
import type { WechatApp } from '../configuration/values.ts'
import { ApiError } from '../problem.ts'
import { translateErrcode } from './errcodes.ts'

/** Who is behind a code of `wx.login`. */
export type WechatPerson = {
  /** Unique per person and AppID. */
  openid: string
  /** Unique per person and Open Platform account; `null` when the mini program is bound to none. */
  unionid: string | null
  /** Base64 of 16 bytes. A secret: it is never logged, returned or stored in plain. */
  sessionKey: string
}

export type WechatClient = {
  /**
   * Exchanges a code of `wx.login`. Never retried: a code works once, and the first try may have arrived.
   *
   * @throws ApiError `code_…` or `wechat_…`, see `errcodes.ts`.
   */
  exchangeCode(app: WechatApp, code: string): Promise<WechatPerson>
  close(): Promise<void>
}

/** What went wrong at WeChat, safe to be logged: unlike undici's own errors it carries no URL, so no AppSecret. */
export class WechatFailure extends Error {
  readonly errcode: number | undefined
  /** WeChat's request id, with which its support finds the call. */
  readonly rid: string | undefined

  constructor(reason: string, answer: { errcode?: number; rid?: string | undefined } = {}) {
    super(reason)
    this.name = 'WechatFailure'
    this.errcode = answer.errcode
    this.rid = answer.rid
  }
}

/** An answer of `code2Session` has some 150 bytes; more than this is not WeChat. */
const maximumAnswerBytes = 16 * 1024

/** The one implementation: WeChat over HTTP. Development points `apiUrl` at the simulator, and nothing else differs. */
export function createWechatClient({
  apiUrl,
  timeoutMs,
}: {
  apiUrl: string
  timeoutMs: number
}): WechatClient {
  const { origin, pathname } = new URL(apiUrl)
  const pool = new Pool(origin, {
    connections: 64,
    connect: { timeout: timeoutMs },
    maxResponseSize: maximumAnswerBytes,
  })

  /** Parsed as text, then as JSON: `code2Session` answers `text/plain`. */
  async function get(path: string, query: Record<string, string>): Promise<Record<string, unknown>> {
    const text = await fetchText(`${pathname === '/' ? '' : pathname}${path}?${new URLSearchParams(query)}`)
    try {
      const answer: unknown = JSON.parse(text)
      if (typeof answer === 'object' && answer !== null) return answer as Record<string, unknown>
    } catch {
      // Told below, without the text: nobody knows what is in it.
    }
    throw unavailable('the answer is not a JSON object')
  }

  async function fetchText(path: string): Promise<string> {
    try {
      const { statusCode, body } = await pool.request({
        method: 'GET',
        path,
        signal: AbortSignal.timeout(timeoutMs),
      })
      const text = await body.text()
      if (statusCode === 200) return text
      throw unavailable(`HTTP status ${statusCode}`)
    } catch (error) {
      if (error instanceof ApiError) throw error
      const { name, code } = error as NodeJS.ErrnoException
      throw unavailable(
        name === 'TimeoutError' ? `no answer within ${timeoutMs} ms` : `no answer: ${code ?? name}`,
      )
    }
  }

  return {
    async exchangeCode(app, code) {
      const answer = await get('/sns/jscode2session', {
        appid: app.appId,
        secret: app.secret,
        js_code: code,
        grant_type: 'authorization_code',
      })
      const { errcode = 0, errmsg, openid, session_key: sessionKey, unionid } = answer
      if (errcode !== 0) throw refused(Number(errcode), String(errmsg))
      if (!isText(openid) || !isText(sessionKey))
        throw unavailable('the answer has no openid or no session_key')
      return { openid, sessionKey, unionid: isText(unionid) ? unionid : null }
    },
    close: () => pool.close(),
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

const unavailable = (reason: string) =>
  new ApiError('wechat_unavailable', { cause: new WechatFailure(reason) })

function refused(errcode: number, errmsg: string): ApiError {
  const { code, retryAfterSeconds, operatorMustAct } = translateErrcode(errcode)
  const rid = /rid: ([\da-f-]{1,40})/.exec(errmsg)?.[1]
  const reason = operatorMustAct
    ? 'WeChat refuses this server: check AppID, AppSecret and allow-list'
    : 'WeChat refused'
  return new ApiError(code, {
    cause: new WechatFailure(reason, { errcode, rid }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  })
}
