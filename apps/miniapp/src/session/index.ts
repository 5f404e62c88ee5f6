import { createApiClient } from './api/client.ts'
import type { Origin } from './exchange.ts'
import { createSession, type Session } from './session.ts'
import { appId, device, wechatPlatform } from './wechat.ts'

export { ApiProblem, isErrorCode, type TransportCode } from './api/problem.ts'
export type { LoginOutcome, PasswordLogin } from './exchange.ts'
export { LoginProblem, type LoginProblemCode } from './login-problem.ts'
export type { Session } from './session.ts'
export type { SessionEvent, SessionState } from './session-store.ts'
export { SessionContext, useSession } from './use-session.ts'

/**
 * The session of the person who holds this phone, kept by WeChat's login and our API. To be made once.
 *
 * @param apiUrl where the API is, without a trailing slash
 * @param askForLogin opens the login page; resolves when it was closed
 */
export const createWechatSession = ({
  apiUrl,
  askForLogin,
}: {
  apiUrl: string
  askForLogin: () => Promise<void>
}): Session =>
  createSession({
    client: createApiClient({ baseUrl: apiUrl, transport: wechatPlatform }),
    platform: wechatPlatform,
    origin: origin(),
    now: Date.now,
    askForLogin,
  })

function origin(): Origin {
  const ownAppId = appId()
  const ownDevice = device()
  return {
    ...(ownAppId === undefined ? {} : { appId: ownAppId }),
    ...(ownDevice === undefined ? {} : { device: ownDevice }),
  }
}
