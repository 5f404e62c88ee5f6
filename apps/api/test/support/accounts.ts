import type { LoginResult } from '@repo/shared'
import { onTestFinished } from 'vitest'
import { nextUser } from './next-user.ts'
import { password } from './password.ts'
import { type Answer, type TestApp, unboundApp } from './test-app.ts'

export { password }

export type RequestOptions = { token?: string; remoteAddress?: string }

export const userOf = (testApp: TestApp, id: string) =>
  testApp.database.prisma.user.findUniqueOrThrow({ where: { id } })

/** A request that must succeed. Gives the body of its answer. */
export async function callOk(
  testApp: TestApp,
  key: string,
  body: object,
  options: RequestOptions = {},
): Promise<Answer['body']> {
  const answer = await testApp.call(key, { body, ...options })
  if (answer.status >= 300) throw new Error(`${key}: ${answer.status} ${answer.text}`)
  return answer.body
}

/** A code of the WeChat that this person holds, as a body or a proof has it. */
export async function codeOf(
  testApp: TestApp,
  person: string,
  appId?: string,
): Promise<{ code: string; appId?: string }> {
  return { code: await testApp.code(person, appId), ...(appId ? { appId } : {}) }
}

/** A body with the proof of the user whose access token this is. */
export const proven = async (testApp: TestApp, token: string, body: object = {}) =>
  'proof' in body ? body : { ...body, proof: await testApp.proofOf(token) }

/**
 * Requests with the proof of the user and the newest access token: a change of a login method leaves none from before
 * working.
 */
export function followTokens(testApp: TestApp) {
  const newest = new Map<string, string>()
  const tokenOf = (given: string) => newest.get(given) ?? given
  return {
    tokenOf,
    /** @param given the access token of the login. */
    async send(key: string, given: string, body: object | string): Promise<Answer> {
      const token = tokenOf(given)
      const isObject = typeof body === 'object' && !Array.isArray(body)
      const answer = await testApp.call(key, {
        token,
        body: isObject ? await proven(testApp, token, body) : body,
      })
      if (answer.status === 200 && answer.body?.accessToken) newest.set(given, answer.body.accessToken)
      return answer
    },
  }
}

/** An account with a password, and with what else the body says. */
export const register = (
  testApp: TestApp,
  body: object = {},
  options: RequestOptions = {},
): Promise<LoginResult> =>
  callOk(testApp, 'POST /v1/auth/register', { username: `user-${nextUser()}`, password, ...body }, options)

/** Until the end of the test, the unbound mini program is bound to the Open Platform account of the others. */
export async function bindUnboundApp(testApp: TestApp): Promise<void> {
  await testApp.control('PUT', 'app', { appId: unboundApp, openPlatform: 'company' })
  onTestFinished(async () => {
    await testApp.control('PUT', 'app', { appId: unboundApp, openPlatform: null })
  })
}
