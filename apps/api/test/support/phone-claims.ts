import { expect } from 'vitest'
import { codeOf, type RequestOptions } from './accounts.ts'
import { eventually } from './eventually.ts'
import { picture, uploadOf } from './uploads.ts'
import type { Answer, World } from './test-app.ts'

/** What the phone button will give this person. */
export const setPhone = (world: World, person: string, phoneNumber: string) =>
  world.control('PUT', 'phone', { person, phoneNumber })

export async function phoneLogin(world: World, person: string, appId?: string): Promise<Answer> {
  const { code: loginCode, ...app } = await codeOf(world, person, appId)
  const phoneCode = await world.phoneCode(person, appId)
  return world.call('POST /v1/auth/phone-login', { body: { loginCode, phoneCode, ...app } })
}

/** Gives the key of the file that an avatar of this colour becomes. */
export async function upload(world: World, colour: string, options: RequestOptions): Promise<string> {
  const content = await picture(colour).png().toBuffer()
  const answer = await world.call('POST /v1/me/avatar', { ...options, ...uploadOf({ content }) })
  expect(answer.status, answer.text).toBe(200)
  return new URL(answer.body.avatarUrl).pathname.replace('/files/', '')
}

/** Has all jobs done now, also those that were to wait. */
export async function jobsDone({ database: { prisma } }: World): Promise<void> {
  await prisma.job.updateMany({ data: { runAt: new Date(0) } })
  await eventually(async () => expect(await prisma.job.count()).toBe(0), 10_000)
}
