import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { LoginResult } from '@repo/shared'
import sharp, { type Sharp } from 'sharp'
import { uploadOf } from './uploads.ts'
import type { Answer, World } from './test-app.ts'

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
  world: World,
  { accessToken: token }: LoginResult,
  ...parts: Parameters<typeof uploadOf>
): Promise<Answer> => world.call('POST /v1/me/avatar', { token, ...uploadOf(...parts) })

export const avatarOf = async (world: World, { accessToken: token }: LoginResult): Promise<string> =>
  (await world.call('GET /v1/me', { token })).body.avatarUrl

/** What whoever looks at a picture gets. */
export const open = (world: World, url: string): Promise<Answer> => world.call(`GET ${new URL(url).pathname}`)

export const eventsOf = ({ database }: World, { user }: LoginResult) =>
  database.prisma.auditEvent.findMany({
    where: { userId: user.id, type: 'avatar_changed' },
    orderBy: { id: 'asc' },
  })

/** How many files are still to be deleted. */
export const deletions = ({ database }: World): Promise<number> =>
  database.prisma.job.count({ where: { kind: 'delete_file' } })

export const avatarsFolder = ({ storageFolder }: World): string => join(storageFolder, 'avatars')

export const storedFiles = async (world: World): Promise<string[]> =>
  (await readdir(avatarsFolder(world)).catch(() => [])).sort()
