import { rename, rm, writeFile } from 'node:fs/promises'
import type { LoginResult } from '@repo/shared'
import { describe, expect, it } from 'vitest'
import {
  avatarOf,
  avatarsFolder,
  deletions,
  eventsOf,
  noise,
  open,
  storedFiles,
  upload,
} from '../support/avatars.ts'
import { hasDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { nextUser } from '../support/next-user.ts'
import { problem } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

describe.runIf(hasDatabase)('avatar files', () => {
  const testApp = useTestApp()

  const welcome = () => testApp.login(nextUser())
  const nameOf = (url: string) => new URL(url).pathname.split('/').at(-1)
  /** The API serves a file only while a user has it: whether it is deleted shows in the storage alone. */
  const untilDeleted = (url: string) =>
    eventually(async () => expect(await storedFiles(testApp)).not.toContain(nameOf(url)))
  const remove = ({ accessToken: token }: LoginResult) => testApp.call('DELETE /v1/me/avatar', { token })

  it('DELETE /v1/me/avatar deletes the file and restores the generated avatar', async () => {
    const person = await welcome()
    const generated = person.user.avatarUrl
    const { body } = await upload(testApp, person, { content: await noise(30, 30).png().toBuffer() })
    expect((await open(testApp, body.avatarUrl)).status).toBe(200)
    const removed = await remove(person)
    expect([removed.status, removed.body.avatarUrl]).toEqual([200, generated])
    await untilDeleted(body.avatarUrl)
    expect((await open(testApp, body.avatarUrl)).status).toBe(404)
    expect((await remove(person)).status, 'twice is fine').toBe(200)
    expect((await eventsOf(testApp, person)).map(({ data }) => data)).toEqual([
      { to: 'uploaded' },
      { to: 'generated' },
    ])
  })

  it('POST /v1/me/avatar deletes the file of the previous avatar', async () => {
    const person = await welcome()
    const first = (await upload(testApp, person, { content: await noise(30, 30).png().toBuffer() })).body
      .avatarUrl
    const second = (await upload(testApp, person, { content: await noise(31, 31).png().toBuffer() })).body
      .avatarUrl
    await untilDeleted(first)
    expect((await open(testApp, first)).status).toBe(404)
    expect((await open(testApp, second)).status).toBe(200)
    await eventually(async () => expect(await deletions(testApp)).toBe(0))
  })

  it('POST /v1/me/avatar keeps the file when the user uploads the same image again', async () => {
    const person = await welcome()
    const content = await noise(30, 30).png().toBuffer()
    const { body } = await upload(testApp, person, { content })
    expect((await upload(testApp, person, { content })).body.avatarUrl).toBe(body.avatarUrl)
    expect(await eventsOf(testApp, person)).toHaveLength(1)
    expect(await deletions(testApp)).toBe(0)
    expect((await open(testApp, body.avatarUrl)).status).toBe(200)
  })

  it('keeps a file that two users share until the last of them has another avatar', async () => {
    const [one, other] = [await welcome(), await welcome()]
    const content = await noise(30, 30).png().toBuffer()
    const { body } = await upload(testApp, one, { content })
    expect((await upload(testApp, other, { content })).body.avatarUrl).toBe(body.avatarUrl)
    await remove(one)
    await eventually(async () => expect(await deletions(testApp)).toBe(0))
    expect((await open(testApp, body.avatarUrl)).status).toBe(200)
    await remove(other)
    await untilDeleted(body.avatarUrl)
    expect((await open(testApp, body.avatarUrl)).status).toBe(404)
  })

  it('keeps a file that another user is just uploading', async () => {
    const person = await welcome()
    const { body } = await upload(testApp, person, { content: await noise(30, 30).png().toBuffer() })
    const key = new URL(body.avatarUrl).pathname.replace('/files/', '')
    const { prisma } = testApp.database
    // As an upload does it before it writes the file.
    const runAt = new Date(Date.now() + 600_000)
    const id = crypto.randomUUID()
    await prisma.job.create({ data: { id, kind: 'delete_file', payload: { key }, runAt } })
    await remove(person)
    await eventually(async () => expect(await deletions(testApp)).toBe(1))
    const [, name = ''] = key.split('/')
    expect(await storedFiles(testApp)).toContain(name)
    // It never came to an end.
    await prisma.job.update({ where: { id }, data: { runAt: new Date(0) } })
    await eventually(async () => expect(await storedFiles(testApp)).not.toContain(name))
    // The job commits after the file is gone.
    await eventually(async () => expect(await deletions(testApp)).toBe(0))
  })

  it('POST /v1/me/avatar leaves no file behind when saving the user fails', async () => {
    const person = await welcome()
    const { prisma } = testApp.database
    const files = await storedFiles(testApp)
    await prisma.$executeRawUnsafe(
      'ALTER TABLE users ADD CONSTRAINT never CHECK (avatar_key IS NULL) NOT VALID',
    )
    try {
      expect((await upload(testApp, person, { content: await noise(30, 30).png().toBuffer() })).status).toBe(
        500,
      )
    } finally {
      await prisma.$executeRawUnsafe('ALTER TABLE users DROP CONSTRAINT never')
    }
    expect(await storedFiles(testApp)).toHaveLength(files.length + 1)
    const [job] = await prisma.job.findMany({ where: { kind: 'delete_file' } })
    expect(job?.runAt.getTime()).toBeGreaterThan(Date.now() + 500_000)
    await prisma.job.updateMany({ data: { runAt: new Date(0) } })
    await eventually(async () => expect(await storedFiles(testApp)).toEqual(files))
  })

  it('POST /v1/me/avatar returns 503 and changes nothing while files cannot be written', async () => {
    const person = await welcome()
    const { body } = await upload(testApp, person, { content: await noise(30, 30).png().toBuffer() })
    const avatars = avatarsFolder(testApp)
    await rename(avatars, `${avatars}-away`)
    await writeFile(avatars, 'no folder')
    try {
      const answer = await upload(testApp, person, { content: await noise(30, 30).png().toBuffer() })
      expect(answer).toMatchObject(problem('storage_unavailable', 503))
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
      expect(await open(testApp, body.avatarUrl)).toMatchObject(problem('storage_unavailable', 503))
      expect(answer.text).not.toContain(testApp.storageFolder)
      expect(testApp.log()).not.toContain(testApp.storageFolder)
    } finally {
      await rm(avatars)
      await rename(`${avatars}-away`, avatars)
    }
    expect(await avatarOf(testApp, person)).toBe(body.avatarUrl)
    expect((await open(testApp, body.avatarUrl)).status).toBe(200)
    await testApp.database.prisma.job.updateMany({ data: { runAt: new Date(0) } })
    await eventually(async () => expect(await deletions(testApp)).toBe(0))
  })
})
