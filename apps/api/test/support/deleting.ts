import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { createPasswordHasher } from '../../src/domain/passwords/hasher.ts'
import { password } from './accounts.ts'
import type { TestApp } from './test-app.ts'

/** @param proof that the account is theirs: of whoever is logged in. */
export const deleteMe = (testApp: TestApp, token: string, proof: object) =>
  testApp.call('POST /v1/me/delete', { token, body: { proof } })

/** @param proof whose account it is, and that it is theirs: of who cannot log in. */
export const deleteWithProof = (testApp: TestApp, proof: object) =>
  testApp.call('POST /v1/auth/delete', { body: proof })

export async function setPassword(
  { config, database: { prisma } }: TestApp,
  userId: string,
  username: string,
) {
  await prisma.user.update({ where: { id: userId }, data: { username } })
  const hash = await createPasswordHasher(config.passwordHash).hash(password)
  await prisma.password.create({ data: { userId, hash, changedAt: new Date() } })
}

/** A file that has its name in it. Gives its key. */
export async function putAvatar({ storageFolder }: TestApp, name: string): Promise<string> {
  await mkdir(join(storageFolder, 'avatars'), { recursive: true })
  await writeFile(join(storageFolder, `avatars/${name}.jpg`), `picture ${name}`)
  return `avatars/${name}.jpg`
}

/** No job is left, not even one of next year. */
export const expectNoJobs = (testApp: TestApp) =>
  expect.poll(() => testApp.database.prisma.job.count(), { timeout: 10_000 }).toBe(0)
