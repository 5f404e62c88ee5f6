import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { LoginResult } from '@repo/shared'
import sharp, { type Sharp } from 'sharp'
import type { Answer, TestApp } from './test-app.ts'
import { uploadOf } from './uploads.ts'

/** So much noise that no encoder makes it small, and that no two are the same. */
export const noise = (width: number, height: number): Sharp =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })

export const upload = (
  testApp: TestApp,
  { accessToken: token }: LoginResult,
  ...parts: Parameters<typeof uploadOf>
): Promise<Answer> => testApp.call('POST /v1/me/avatar', { token, ...uploadOf(...parts) })

export const avatarOf = async (testApp: TestApp, { accessToken: token }: LoginResult): Promise<string> =>
  (await testApp.call('GET /v1/me', { token })).body.avatarUrl

/** What whoever looks at a picture gets. */
export const open = (testApp: TestApp, url: string): Promise<Answer> =>
  testApp.call(`GET ${new URL(url).pathname}`)

export const eventsOf = ({ database }: TestApp, { user }: LoginResult) =>
  database.prisma.auditEvent.findMany({
    where: { userId: user.id, type: 'avatar_changed' },
    orderBy: { id: 'asc' },
  })

/** How many files are still to be deleted. */
export const deletions = ({ database }: TestApp): Promise<number> =>
  database.prisma.job.count({ where: { kind: 'delete_file' } })

export const avatarsFolder = ({ storageFolder }: TestApp): string => join(storageFolder, 'avatars')

export const storedFiles = async (testApp: TestApp): Promise<string[]> =>
  (await readdir(avatarsFolder(testApp)).catch(() => [])).sort()
