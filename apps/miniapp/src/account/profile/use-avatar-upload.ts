import type { User } from '@repo/shared'
import { useState } from 'react'
import { useSession } from '../../session/index.ts'
import { uploadAvatar } from '../api.ts'
import { applyProfileUpdate, isStillLoggedIn } from '../lib/apply-profile-update.ts'
import { avatarQueue } from './save-queues.ts'

/** `filePath`: WeChat's temporary file, which exists until the mini program ends. */
type Upload = { filePath: string; percent: number; error: unknown }

export type AvatarUpload = {
  /** The chosen image while it uploads, else the user's avatar. */
  url: string | null
  /** The uploaded share; `null` unless uploading. */
  percent: number | null
  error: unknown
  start(filePath: string): Promise<void>
  /** Uploads the failed image again. */
  retry(): Promise<void>
}

export function useAvatarUpload(user: User): AvatarUpload {
  const { session } = useSession()
  const [upload, setUpload] = useState<Upload | null>(null)
  const isUploading = upload !== null && upload.error === null

  async function start(filePath: string): Promise<void> {
    setUpload({ filePath, percent: 0, error: null })
    const onProgress = (percent: number) => setUpload({ filePath, percent, error: null })
    try {
      await avatarQueue.run(async () => {
        if (!isStillLoggedIn(session, user.id)) return
        const { avatarUrl, avatarPending } = await uploadAvatar(session, { filePath, onProgress })
        applyProfileUpdate(session, user.id, { avatarUrl, avatarPending })
      })
      setUpload(null)
    } catch (error) {
      setUpload({ filePath, percent: 0, error })
    }
  }

  return {
    url: isUploading ? upload.filePath : user.avatarUrl,
    percent: isUploading ? upload.percent : null,
    error: upload?.error ?? null,
    start,
    async retry() {
      if (upload && !isUploading) await start(upload.filePath)
    },
  }
}
