import { createApiClient } from './api/client.ts'
import { openLogin } from './navigation.ts'
import { apiUrlFor } from './platform/api-url.ts'
import { environment } from './platform/environment.ts'
import { appId, device, language, send, wechatPlatform } from './platform/wechat.ts'
import type { Origin } from './session/exchange.ts'
import { createSession } from './session/session.ts'
import { textFor } from './text/index.ts'

/** The composition root: the only place where everybody is known to somebody. */
export const session = createSession({
  client: createApiClient({ baseUrl: apiUrlFor(environment(), API_URLS), send }),
  platform: wechatPlatform,
  origin: origin(),
  now: Date.now,
  askForLogin: () => void openLogin(),
})

export const text = textFor(language())

function origin(): Origin {
  const ownAppId = appId()
  const ownDevice = device()
  return {
    ...(ownAppId === undefined ? {} : { appId: ownAppId }),
    ...(ownDevice === undefined ? {} : { device: ownDevice }),
  }
}
