import type { OnConsentOutdated } from './consent-renewal.ts'
import { createApiClient } from './http-client.ts'
import type { ClientInfo } from './login-methods.ts'
import type { PlatformStorage } from './platform.ts'
import { createSession, type Session } from './session.ts'
import { appId, device, taroPlatform } from './taro-adapter.ts'

export type { OnConsentOutdated } from './consent-renewal.ts'
export {
  ApiError,
  errorCodeForStatus,
  SessionError,
  type SessionErrorCode,
  type TransportErrorCode,
} from './errors.ts'
export type { LoginOutcome, PasswordLogin } from './login-methods.ts'
export type { Session } from './session.ts'
export type { SessionEvent, SessionState } from './store.ts'
export { SessionContext, useSession } from './use-session.ts'

/**
 * Creates the session of the user of this phone. Call it once.
 *
 * @param apiUrl the URL of the API, without a trailing slash
 * @param openLogin opens the login page; resolves when the user has closed it
 * @param onConsentOutdated asks the user to agree to newer documents; resolves with what the user agreed to, or `null`
 */
export const createWechatSession = ({
  apiUrl,
  openLogin,
  onConsentOutdated,
}: {
  apiUrl: string
  openLogin: () => Promise<void>
  onConsentOutdated: OnConsentOutdated
}): Session =>
  createSession({
    client: createApiClient({ baseUrl: apiUrl, transport: taroPlatform }),
    platform: { ...taroPlatform, storage: storageFor(apiUrl) },
    clientInfo: clientInfo(),
    now: Date.now,
    openLogin,
    onConsentOutdated,
  })

/** The trial and the released version share the phone's storage but may use different APIs. */
function storageFor(apiUrl: string): PlatformStorage {
  const { read, write, remove } = taroPlatform.storage
  const scoped = (key: string) => `${key} ${apiUrl}`
  return {
    read: (key) => read(scoped(key)),
    write: (key, value) => write(scoped(key), value),
    remove: (key) => remove(scoped(key)),
  }
}

function clientInfo(): ClientInfo {
  const ownAppId = appId()
  const ownDevice = device()
  return {
    ...(ownAppId === undefined ? {} : { appId: ownAppId }),
    ...(ownDevice === undefined ? {} : { device: ownDevice }),
  }
}
