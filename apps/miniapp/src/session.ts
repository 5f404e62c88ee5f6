import { apiUrlFor } from './lib/api-url.ts'
import { miniProgram } from './lib/mini-program.ts'
import { askForConsent, openLogin } from './lib/navigation.ts'
import { createWechatSession } from './session/index.ts'

/** Composition root. */
export const session = createWechatSession({
  apiUrl: apiUrlFor(miniProgram().envVersion, API_URLS),
  openLogin,
  onConsentOutdated: askForConsent,
})
