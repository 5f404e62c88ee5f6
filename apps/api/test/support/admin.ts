import type { LoginResult } from '@repo/shared'
import type { World } from './test-app.ts'

/** Logs a person in who is an admin. */
export async function loginAsAdmin(world: World, person: string): Promise<LoginResult> {
  const { user } = await world.login(person)
  await world.database.prisma.user.update({ where: { id: user.id }, data: { role: 'admin' } })
  return world.login(person)
}

/** The id of the session that a login began. */
export const sessionIdOf = ({ refreshToken }: LoginResult): string => refreshToken.split('.')[0] ?? ''
