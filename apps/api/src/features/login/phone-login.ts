import type { LoginResult, PhoneLoginBody } from '@repo/shared'
import type { MergeTickets } from '../../domain/accounts/merge-tickets.ts'
import type { KeepRefusals, Origin } from '../../domain/audit/audit-failed-login.ts'
import type { Exchange } from '../../domain/identities/exchange-login-code.ts'
import type { Identities } from '../../domain/identities/wechat-identities.ts'
import type { AccompanyByPhone } from '../../domain/phones/phone-claim.ts'
import { toPhoneNumber } from '../../domain/phones/phone-number.ts'
import { PhoneTaken } from '../../domain/phones/phones.ts'
import type { DeviceTokens } from '../../domain/sessions/device-tokens.ts'
import type { Sessions } from '../../domain/sessions/sessions.ts'
import type { PersonLimits } from '../../http/rate-limit.ts'
import type { WechatApps } from '../../infra/wechat/apps.ts'
import type { WechatClient } from '../../infra/wechat/client.ts'
import { timed } from '../../infra/wechat/log-wechat-call.ts'

/**
 * Registers or logs in the person behind a code of `wx.login`, and binds the number behind a code of the phone button.
 * Both codes are exchanged before anything is changed.
 *
 * @throws ApiError `unknown_app`, `code_…`, `phone_…`, `wechat_…`, `account_banned`, `rate_limited`;
 *   `account_conflict` when the number is another account's, then nothing was changed.
 */
export type PhoneLogin = (body: PhoneLoginBody, origin: Origin) => Promise<LoginResult>

export function createPhoneLogin({
  apps,
  exchange,
  wechat,
  identities,
  sessions,
  limits,
  accompanyByPhone,
  mergeTickets,
  keepRefusals,
  deviceTokens,
}: {
  apps: WechatApps
  exchange: Exchange
  wechat: WechatClient
  identities: Identities
  sessions: Sessions
  limits: PersonLimits
  accompanyByPhone: AccompanyByPhone
  mergeTickets: MergeTickets
  keepRefusals: KeepRefusals
  deviceTokens: DeviceTokens
}): PhoneLogin {
  const login: PhoneLogin = async (body, { ip, log }) => {
    const { loginCode, phoneCode, appId, inviterId, device, deviceToken } = body
    const app = apps.find(appId)
    const { person, wechatMs } = await exchange(loginCode, app, { ip, log, deviceToken })
    const identity = { appId: app.appId, openid: person.openid }
    await limits.phone(identity)
    const { result: phone } = await timed(log, 'phone code exchanged', () =>
      wechat.getPhoneNumber(app, { code: phoneCode, openid: person.openid }),
    )

    const arrival = { ...person, expectedUserId: undefined, inviterId, ip }
    const companion = accompanyByPhone(toPhoneNumber(phone), { appId: app.appId, ip })
    const { userId, isNewUser, hasJoined, otherUserId } = await identities
      .logIn(arrival, companion)
      .catch(async (error) => {
        if (!(error instanceof PhoneTaken)) throw error
        throw await mergeTickets.conflict({ userId: error.userId, otherUserId: error.otherUserId, identity })
      })
    const how = { method: 'phone' as const, isNewUser, wechatMs }
    const tokens = await sessions.begin({ userId, identity, device, ip, how })

    log.info({ userId, appId: app.appId, isNewUser }, 'logged in')
    const conflict = otherUserId && (await mergeTickets.offer({ userId, otherUserId, identity }))
    return {
      ...tokens,
      isNewUser,
      deviceToken: deviceTokens.issue(userId, deviceToken),
      ...(hasJoined ? { joinedByPhone: true } : {}),
      ...(conflict && conflict.ticket !== null ? { conflict } : {}),
    }
  }

  return (body, origin) =>
    keepRefusals({ ...origin, appId: body.appId ?? apps.default.appId }, () => login(body, origin))
}
