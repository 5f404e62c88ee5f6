import { expect } from 'vitest'
import { codeOf, type RequestOptions } from './accounts.ts'
import { eventually } from './eventually.ts'
import type { Answer, TestApp } from './test-app.ts'
import { picture, uploadOf } from './uploads.ts'

/** What the phone button will give this person. */
export const setPhone = (testApp: TestApp, person: string, phoneNumber: string) =>
  testApp.control('PUT', 'phone', { person, phoneNumber })

export async function phoneLogin(testApp: TestApp, person: string, appId?: string): Promise<Answer> {
  const { code: loginCode, ...app } = await codeOf(testApp, person, appId)
  const phoneCode = await testApp.phoneCode(person, appId)
  return testApp.call('POST /v1/auth/phone-login', { body: { loginCode, phoneCode, ...app } })
}

/** Gives the key of the file that an avatar of this colour becomes. */
export async function upload(testApp: TestApp, colour: string, options: RequestOptions): Promise<string> {
  const content = await picture(colour).png().toBuffer()
  const answer = await testApp.call('POST /v1/me/avatar', { ...options, ...uploadOf({ content }) })
  expect(answer.status, answer.text).toBe(200)
  return new URL(answer.body.avatarUrl).pathname.replace('/files/', '')
}

/** Has all jobs done now, also those that were to wait. */
export async function jobsDone({ database: { prisma } }: TestApp): Promise<void> {
  await prisma.job.updateMany({ data: { runAt: new Date(0) } })
  await eventually(async () => expect(await prisma.job.count()).toBe(0), 10_000)
}
