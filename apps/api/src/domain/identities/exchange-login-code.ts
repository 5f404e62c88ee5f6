import type { FastifyBaseLogger } from 'fastify'
import type { WechatApp } from '../../config/wechat-apps.ts'
import type { PersonLimits } from '../../http/rate-limit.ts'
import type { WechatClient } from '../../infra/wechat/client.ts'
import { timed } from '../../infra/wechat/log-wechat-call.ts'
import type { CodeSource, GuardExchange } from './failed-exchanges.ts'
import type { VouchedPerson } from './wechat-identities.ts'

/**
 * Asks WeChat which identity a code of `wx.login` belongs to.
 *
 * @throws ApiError `code_…`, `wechat_…`, `rate_limited`.
 */
export type AskWhoseCode = (
  code: string,
  app: WechatApp,
  origin: CodeSource & { log: FastifyBaseLogger },
) => Promise<{ person: VouchedPerson; wechatMs: number }>

/** The same, and counts that they came. */
export type Exchange = AskWhoseCode

export function createAskWhoseCode({
  wechat,
  guardExchange,
}: {
  wechat: WechatClient
  guardExchange: GuardExchange
}): AskWhoseCode {
  return async (code, app, { log, ...source }) => {
    const { result, durationMs: wechatMs } = await guardExchange(source, { appId: app.appId, code }, () =>
      timed(log, 'code exchanged', () => wechat.exchangeCode(app, code)),
    )
    return { person: { ...result, appId: app.appId }, wechatMs }
  }
}

export function createExchange({
  askWhoseCode,
  limits,
}: {
  askWhoseCode: AskWhoseCode
  limits: PersonLimits
}): Exchange {
  return async (code, app, origin) => {
    const exchanged = await askWhoseCode(code, app, origin)
    await limits.login(exchanged.person)
    await limits.loginFrom(origin.ip)
    return exchanged
  }
}
