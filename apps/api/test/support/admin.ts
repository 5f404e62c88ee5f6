import type { LoginResult } from '@repo/shared'
import type { TestApp } from './test-app.ts'

/** Logs a person in who is an admin. */
export async function loginAsAdmin(testApp: TestApp, person: string): Promise<LoginResult> {
  const { user } = await testApp.login(person)
  await testApp.database.prisma.user.update({ where: { id: user.id }, data: { role: 'admin' } })
  return testApp.login(person)
}

/** The id of the session that a login began. */
export const sessionIdOf = ({ refreshToken }: LoginResult): string => refreshToken.split('.')[0] ?? ''
