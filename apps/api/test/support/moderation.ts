import type { LoginResult } from '@repo/shared'
import { userOf } from './accounts.ts'
import type { TestApp } from './test-app.ts'

/** How long WeChat has for its verdict. */
export const timeoutMs = 1500
/** However often WeChat fails, it is asked the next time, too. */
export const impatient = { WECHAT_TIMEOUT_MS: String(timeoutMs), WECHAT_MAXIMUM_FAILURES: '1000' }

/** How often WeChat was asked for this, such as `/wxa/msg_sec_check`. */
export async function callsOf(testApp: TestApp, path: string): Promise<number> {
  const calls = (await testApp.control('GET', 'calls')) as Record<string, number>
  return calls[path] ?? 0
}

/** What the audit log says of content of this person that WeChat rejected. */
export const rejectionsOf = ({ database }: TestApp, { user }: LoginResult) =>
  database.prisma.auditEvent.findMany({ where: { userId: user.id, type: 'content_rejected' } })

/** The nickname of this person as the database has it, and whether WeChat has still to check it. */
export async function storedNickname(testApp: TestApp, { user }: LoginResult) {
  const { nickname, nicknameUnchecked } = await userOf(testApp, user.id)
  return { nickname, nicknameUnchecked }
}

/** What is still to be asked about the nickname of this person. */
export const nicknameJobsOf = ({ database }: TestApp, { user }: LoginResult) =>
  database.prisma.job.findMany({
    where: { kind: 'check_nickname', payload: { path: ['userId'], equals: user.id } },
  })

/** As if the time until the next try were over. */
export async function retryNow(testApp: TestApp, login: LoginResult): Promise<void> {
  for (const { id } of await nicknameJobsOf(testApp, login))
    await testApp.database.prisma.job.updateMany({ where: { id }, data: { runAt: new Date(0) } })
}
