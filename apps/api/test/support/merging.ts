import type { LoginResult } from '@repo/shared'
import { expect } from 'vitest'
import { codeOf, register } from './accounts.ts'
import { nextPerson } from './people.ts'
import { problem, type World } from './world.ts'

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
  const answer = await world.call('PUT /v1/me/wechat', { token, body: await codeOf(world, person, appId) })
  expect(answer).toMatchObject(problem('account_conflict', 409))
  expect(answer.body.conflict.ticket).toEqual(expect.any(String))
  return answer.body.conflict.ticket
}

export const merge = (world: World, token: string, ticket: string, proof: object) =>
  world.call('POST /v1/me/merge', { token, body: { ticket, proof } })
