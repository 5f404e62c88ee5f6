import { openLogin } from './navigation.ts'
import { createWechatSession } from './session/index.ts'

/** The composition root: the only place where everybody is known to somebody. */
export const session = createWechatSession({ apiUrl: API_URL, askForLogin: openLogin })
