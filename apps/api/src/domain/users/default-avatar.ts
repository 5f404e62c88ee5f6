import { createHash } from 'node:crypto'

/** The picture of somebody who has not uploaded one; its name tells nothing of the id. */
export const defaultAvatarKey = (userId: string) =>
  `default-avatars/${createHash('sha256').update(`avatar ${userId}`).digest('hex').slice(0, 16)}.png`
