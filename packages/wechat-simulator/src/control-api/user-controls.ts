import type { PhoneCodes } from '../domain/phone-codes.ts'
import type { WechatState } from '../domain/wechat-state.ts'
import { type Body, fail, type Operations, optional, textOf } from './body.ts'
import { appOf, userOf } from './params.ts'

export type UserControlParts = { state: WechatState; phoneCodes: PhoneCodes }

/** The users' actions on their phones: logging in, tapping buttons, opening the mini program. */
export function createUserControls({ state, phoneCodes }: UserControlParts) {
  return {
    'GET /__simulator/people': () => ({ people: state.users }),
    'POST /__simulator/login': (body) => ({
      code: state.login(appOf(state, body), userOf(state, body)),
    }),
    'POST /__simulator/check-session': (body) => ({
      alive: state.isSessionKeyAlive(appOf(state, body), userOf(state, body)),
    }),
    'POST /__simulator/expire-session-key': (body) =>
      state.expireSessionKey(appOf(state, body), userOf(state, body)),

    'POST /__simulator/visit': (body) => state.visit(appOf(state, body), userOf(state, body)),
    'POST /__simulator/leave': (body) => state.leave(appOf(state, body), userOf(state, body)),

    'PUT /__simulator/phone': (body) => {
      const user = userOf(state, body)
      const phoneNumber = textOf(body, 'phoneNumber')
      if (!/^\d{4,15}$/.test(phoneNumber)) fail(400, '"phoneNumber" must be 4 to 15 digits, no area code')
      state.setPhone(user, {
        phoneNumber,
        countryCode: optional(body, 'countryCode', countryCodeOf) ?? '86',
      })
    },
    'POST /__simulator/phone-code': (body) => ({
      code: phoneCodes.issue(appOf(state, body), userOf(state, body)),
    }),
  } satisfies Operations
}

/** WeChat returns a string; it once returned a number, which a test can set. */
function countryCodeOf({ countryCode }: Body): string | number {
  const isCode = typeof countryCode === 'string' || typeof countryCode === 'number'
  if (isCode && /^[1-9]\d{0,3}$/.test(String(countryCode))) return countryCode
  return fail(400, '"countryCode" must be 1 to 4 digits, such as "86"')
}
