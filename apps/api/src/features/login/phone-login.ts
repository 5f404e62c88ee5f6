import type { LoginResult, PhoneLoginBody } from '@repo/shared'
import type { AppContext } from '../../context.ts'
import { auditFailedLogin } from '../../domain/audit/audit-failed-login.ts'
import { exchangeLoginCode } from '../../domain/identities/exchange-login-code.ts'
import { createPhoneClaim } from '../../domain/phones/phone-claim.ts'
import { toPhoneNumber } from '../../domain/phones/phone-number.ts'
import { PhoneAlreadyBoundError } from '../../domain/phones/phones.ts'
import { logWechatCall } from '../../infra/wechat/log-wechat-call.ts'
import type { RequestContext } from '../../utils/request-context.ts'
import { addToRequestLine } from '../../utils/request-line.ts'

/**
 * Logs in the WeChat user behind a code of `wx.login`, or creates their account, and binds the phone number behind a code
 * of the phone button. Exchanges both codes before it changes anything.
 */
export async function phoneLogin(
  context: Pick<
    AppContext,
    | 'apps'
    | 'config'
    | 'consents'
    | 'database'
    | 'deviceTokens'
    | 'exchangeGuard'
    | 'identities'
    | 'limits'
    | 'mergeTickets'
    | 'phones'
    | 'rejectedLogins'
    | 'sessions'
    | 'wechat'
  >,
  body: PhoneLoginBody,
  request: RequestContext,
): Promise<LoginResult> {
  const { apps, config, consents, deviceTokens, identities, limits, mergeTickets, phones, sessions, wechat } =
    context
  const { loginCode, phoneCode, inviterId, device, deviceToken, consent, sharedAccount } = body
  const { appId = apps.default.appId } = body
  const { ip, log } = request

  // Before the codes are used up.
  consents.assertAcceptable(consent)

  return auditFailedLogin(context, { ...request, appId }, async () => {
    const app = apps.find(appId)
    const exchanged = await exchangeLoginCode(context, loginCode, app, { ...request, deviceToken })
    const { wechatUser, wechatMs } = exchanged
    const identity = { appId, openid: wechatUser.openid }
    // A phone code works once and is charged for.
    await identities.assertSharedAccountChosen({ ...wechatUser, sharedAccount })
    await limits.phone(identity)
    const { result: phone } = await logWechatCall(log, () =>
      wechat.getPhoneNumber(app, { code: phoneCode, openid: wechatUser.openid }),
    )

    const phoneClaim = createPhoneClaim(
      { phones, reclaimSeconds: config.phoneReclaimSeconds },
      toPhoneNumber(phone),
      { appId, ip },
    )
    const { userId, isNewUser, linkedByPhone, otherUserId } = await identities
      .findOrCreateUser(
        identities.prepare({ ...wechatUser, expectedUserId: undefined, inviterId, sharedAccount, ip }),
        phoneClaim,
      )
      .catch(async (error) => {
        if (!(error instanceof PhoneAlreadyBoundError)) throw error
        const { userId, otherUserId } = error
        throw await mergeTickets.conflictError({ userId, otherUserId, identity })
      })
    const tokens = await sessions.create({
      userId,
      identity,
      device,
      ip,
      auditData: { method: 'phone', isNewUser, wechatMs },
      consent: { versions: consent, method: 'phone', appId, isSilent: false },
    })

    addToRequestLine(log, { userId, appId, isNewUser })
    const conflict = otherUserId && (await mergeTickets.issue({ userId, otherUserId, identity }))
    return {
      ...tokens,
      isNewUser,
      deviceToken: deviceTokens.issue(userId, deviceToken),
      ...(linkedByPhone ? { joinedByPhone: true } : {}),
      ...(conflict && conflict.ticket !== null ? { conflict } : {}),
    }
  })
}
