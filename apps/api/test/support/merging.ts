import type { LoginResult } from '@repo/shared'
import { expect } from 'vitest'
import { codeOf, proven, register } from './accounts.ts'
import { nextPerson } from './next-user.ts'
import { problem, type World } from './test-app.ts'

/** Somebody with two accounts: one with a password, one of WeChat; and the ticket that binding the second gave. */
export async function twoAccounts(world: World, elder: 'password' | 'wechat' = 'password') {
  const person = nextPerson()
  const first = elder === 'password' ? await register(world) : await world.login(person)
  const second = elder === 'password' ? await world.login(person) : await register(world)
  const [account, wechat] = elder === 'password' ? [first, second] : [second, first]
  const ticket = await ticketOf(world, account, person)
  return { person, account, wechat, ticket, elder: first, younger: second }
}

/** The ticket that somebody gets who binds a WeChat that has an account of its own. */
export async function ticketOf(
  world: World,
  { accessToken: token }: LoginResult,
  person: string,
  appId?: string,
): Promise<string> {
  const body = await proven(world, token, await codeOf(world, person, appId))
  const answer = await world.call('PUT /v1/me/wechat', { token, body })
  expect(answer).toMatchObject(problem('account_conflict', 409))
  expect(answer.body.conflict.ticket).toEqual(expect.any(String))
  return answer.body.conflict.ticket
}

/** @param otherProof that the other account is the caller's own, too. */
export const merge = async (world: World, token: string, ticket: string, otherProof: object) =>
  world.call('POST /v1/me/merge', { token, body: await proven(world, token, { ticket, otherProof }) })
