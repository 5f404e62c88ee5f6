import type { LoginResult } from '@repo/shared'
import { expect } from 'vitest'
import { codeOf, proven, register } from './accounts.ts'
import { nextUser } from './next-user.ts'
import { problem, type TestApp } from './test-app.ts'

/** Somebody with two accounts: one with a password, one of WeChat; and the ticket that binding the second gave. */
export async function twoAccounts(testApp: TestApp, older: 'password' | 'wechat' = 'password') {
  const person = nextUser()
  const first = older === 'password' ? await register(testApp) : await testApp.login(person)
  const second = older === 'password' ? await testApp.login(person) : await register(testApp)
  const [account, wechat] = older === 'password' ? [first, second] : [second, first]
  const ticket = await ticketOf(testApp, account, person)
  return { person, account, wechat, ticket, older: first, newer: second }
}

/** The ticket that somebody gets who binds a WeChat that has an account of its own. */
export async function ticketOf(
  testApp: TestApp,
  { accessToken: token }: LoginResult,
  person: string,
  appId?: string,
): Promise<string> {
  const body = await proven(testApp, token, await codeOf(testApp, person, appId))
  const answer = await testApp.call('PUT /v1/me/wechat', { token, body })
  expect(answer).toMatchObject(problem('account_conflict', 409))
  expect(answer.body.conflict.ticket).toEqual(expect.any(String))
  return answer.body.conflict.ticket
}

/** @param otherProof that the other account is the caller's own, too. */
export const merge = async (testApp: TestApp, token: string, ticket: string, otherProof: object) =>
  testApp.call('POST /v1/me/merge', { token, body: await proven(testApp, token, { ticket, otherProof }) })
