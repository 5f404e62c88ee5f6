import type { FastifyBaseLogger } from 'fastify'
import type { WechatApp } from '../configuration/values.ts'
import type { PersonLimits } from '../limits/limits.ts'
import type { WechatClient } from '../wechat/client.ts'
import type { VouchedPerson } from './identities.ts'
import { timed } from './timed.ts'

/**
 * Asks WeChat who is behind a code of `wx.login`, and counts that they came.
 *
 * @throws ApiError `code_…`, `wechat_…`, `rate_limited`.
 */
export type Exchange = (
  code: string,
  app: WechatApp,
  log: FastifyBaseLogger,
) => Promise<{ person: VouchedPerson; wechatMs: number }>

export function createExchange({ wechat, limits }: { wechat: WechatClient; limits: PersonLimits }): Exchange {
  return async (code, app, log) => {
    const { result, durationMs: wechatMs } = await timed(log, 'code exchanged', () =>
      wechat.exchangeCode(app, code),
    )
    const person = { ...result, appId: app.appId }
    await limits.login(person)
    return { person, wechatMs }
  }
}
