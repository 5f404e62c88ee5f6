import { filesPrefix } from '../shared/storage-prefix.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'

/** Files that a mini program has written. They survive a restart and are separate for each user. */
export type UserFiles = {
  /** Whether a mini program may write there. */
  owns(path: string): boolean
  find(path: string): Uint8Array<ArrayBuffer> | undefined
  /** Returns whether there was room for it. */
  write(path: string, content: Uint8Array): boolean
  remove(path: string): void
}

/** `wx.env.USER_DATA_PATH` in the spelling of WeChat DevTools. On a phone it is `wxfile://usr`. */
export const userDataPath = 'http://usr'

/** Stores them in localStorage, whose limit of about 5 MB is lower than WeChat's. */
export function createUserFiles(appId: string, user: string): UserFiles {
  const key = (path: string) => filesPrefix(appId, user) + path
  return {
    // Folders are not supported.
    owns: (path) => /^http:\/\/usr\/[^/]+$/.test(path),
    find(path) {
      const stored = localStorage.getItem(key(path))
      return stored === null ? undefined : decodeBase64(stored)
    },
    write(path, content) {
      try {
        localStorage.setItem(key(path), encodeBase64(content))
        return true
      } catch {
        return false
      }
    },
    remove: (path) => localStorage.removeItem(key(path)),
  }
}
