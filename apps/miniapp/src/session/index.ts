import { createApiClient } from './http-client.ts'
import type { Origin } from './login-methods.ts'
import type { PlatformStorage } from './platform.ts'
import { createSession, type Session } from './session.ts'
import { appId, device, wechatPlatform } from './taro-adapter.ts'

export { ApiProblem, codeOfStatus, type TransportCode } from './errors.ts'
export type { LoginOutcome, PasswordLogin } from './login-methods.ts'
export { LoginProblem, type LoginProblemCode } from './login-problem.ts'
export type { Session } from './session.ts'
export type { SessionEvent, SessionState } from './store.ts'
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
    platform: { ...wechatPlatform, storage: storageOf(apiUrl) },
    origin: origin(),
    now: Date.now,
    askForLogin,
  })

/** Trial and release may share a phone's storage and talk to two APIs: a session is worth nothing to the other one. */
function storageOf(apiUrl: string): PlatformStorage {
  const { read, write, remove } = wechatPlatform.storage
  const own = (key: string) => `${key} ${apiUrl}`
  return {
    read: (key) => read(own(key)),
    write: (key, value) => write(own(key), value),
    remove: (key) => remove(own(key)),
  }
}

function origin(): Origin {
  const ownAppId = appId()
  const ownDevice = device()
  return {
    ...(ownAppId === undefined ? {} : { appId: ownAppId }),
    ...(ownDevice === undefined ? {} : { device: ownDevice }),
  }
}
