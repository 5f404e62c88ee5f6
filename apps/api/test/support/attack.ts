import type { LoginResult } from '@repo/shared'
import { callOk, register } from './accounts.ts'
import { nextUser } from './next-user.ts'
import { password } from './password.ts'
import type { Answer, TestApp } from './test-app.ts'

export type Account = LoginResult & { username: string }

/** What an attacker and the victim do in tests of this API. */
export function attackOn(testApp: TestApp) {
  const prisma = () => testApp.database.prisma
  const post = (key: string, body?: object, token?: string): Promise<Answer> =>
    testApp.call(key, { ...(body ? { body } : {}), ...(token ? { token } : {}) })
  const setPhone = (person: string, phoneNumber: string) =>
    testApp.control('PUT', 'phone', { person, phoneNumber })
  async function registerAccount(body: object = {}): Promise<Account> {
    const account = await register(testApp, body)
    return { ...account, username: account.user.username ?? '' }
  }

  return {
    prisma,
    post,
    setPhone,
    register: registerAccount,

    /** Two unrelated users, each with WeChat, a phone number and a password. */
    async two() {
      const persons = [nextUser(), nextUser()] as const
      const accounts: Account[] = []
      for (const person of persons) {
        await setPhone(person, phoneNumberOf(person))
        const account = await registerAccount({ code: await testApp.code(person) })
        const phone = { code: await testApp.phoneCode(person), proof: { password } }
        const bound = await callOk(testApp, 'POST /v1/me/phone', phone, { token: account.accessToken })
        accounts.push({ ...bound, username: account.username })
      }
      const [victim, attacker] = accounts as [Account, Account]
      return { victim, attacker, ofVictim: persons[0], ofAttacker: persons[1] }
    },

    /** All but the session_key, which every code renews. */
    stateOf: async (userId: string) => [
      await prisma().user.findUnique({ where: { id: userId } }),
      await prisma().wechatIdentity.findMany({ where: { userId }, select: { appId: true, openid: true } }),
      await prisma().phone.findUnique({ where: { userId } }),
      await prisma().password.findUnique({ where: { userId } }),
    ],
  }
}

export const phoneNumberOf = (person: string) => `136${person.slice('person-'.length).padStart(8, '3')}`
