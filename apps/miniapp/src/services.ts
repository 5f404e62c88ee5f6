import { openLogin } from './navigation.ts'
import { apiUrlFor } from './platform/api-url.ts'
import { miniProgram } from './platform/mini-program.ts'
import { createWechatSession } from './session/index.ts'

/** The composition root: the only place where everybody is known to somebody. */
export const session = createWechatSession({
  apiUrl: apiUrlFor(miniProgram().envVersion, API_URLS),
  askForLogin: openLogin,
})
