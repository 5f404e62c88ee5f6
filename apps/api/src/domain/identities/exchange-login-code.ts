import type { WechatApp } from '../../config/wechat-apps.ts'
import type { WechatApps } from '../../infra/wechat/apps.ts'
import type { WechatClient } from '../../infra/wechat/client.ts'
import { logWechatCall } from '../../infra/wechat/log-wechat-call.ts'
import type { RequestContext } from '../../utils/request-context.ts'
import type { UserRateLimits } from '../rate-limits.ts'
import type { CodeSource, ExchangeGuard } from './exchange-guard.ts'
import type { Identities, VerifiedWechatIdentity } from './wechat-identities.ts'

type ExchangeServices = {
  exchangeGuard: ExchangeGuard
  limits: Pick<UserRateLimits, 'login' | 'loginFrom'>
  wechat: Pick<WechatClient, 'exchangeCode'>
}
type ExchangeRequest = CodeSource & RequestContext
type ExchangedCode = { wechatUser: VerifiedWechatIdentity; wechatMs: number }

/** Asks WeChat which identity a code of `wx.login` belongs to, and counts the login for its rate limits. */
export async function exchangeLoginCode(
  services: ExchangeServices,
  code: string,
  app: WechatApp,
  request: ExchangeRequest,
): Promise<ExchangedCode> {
  const exchanged = await exchangeLoginCodeUncounted(services, code, app, request)
  await services.limits.login(exchanged.wechatUser)
  await services.limits.loginFrom(request.ip)
  return exchanged
}

/** The same without counting a login: for a caller that has a rate limit of its own. */
export async function exchangeLoginCodeUncounted(
  { exchangeGuard, wechat }: Omit<ExchangeServices, 'limits'>,
  code: string,
  app: WechatApp,
  { log, ...source }: ExchangeRequest,
): Promise<ExchangedCode> {
  const { appId } = app
  const { result, durationMs } = await exchangeGuard.run(source, { appId, code }, () =>
    logWechatCall(log, () => wechat.exchangeCode(app, code)),
  )
  return { wechatUser: { ...result, appId }, wechatMs: durationMs }
}

/**
 * Finds the account that a fresh code of `wx.login` proves, without logging in; `null` for an unknown identity. Stores the new
 * session_key, since WeChat has replaced the one before.
 */
export async function resolveUserByLoginCode(
  services: ExchangeServices & {
    apps: WechatApps
    identities: Pick<Identities, 'findOwner' | 'storeSessionKey'>
  },
  { code, appId }: { code: string; appId?: string | undefined },
  request: RequestContext,
): Promise<string | null> {
  const { apps, identities } = services
  const { wechatUser } = await exchangeLoginCode(services, code, apps.find(appId), request)
  await identities.storeSessionKey(wechatUser)
  const owner = await identities.findOwner(wechatUser)
  return owner?.userId ?? null
}
