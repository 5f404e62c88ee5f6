import { randomBytes } from 'node:crypto'

/** A key as the configuration takes it. */
export const newKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`

/** One key for each purpose, made anew. */
export const testKeys = () => ({
  ACCESS_TOKEN_KEYS: newKey('access-1'),
  REFRESH_TOKEN_KEYS: newKey('refresh-1'),
  DATA_KEYS: newKey('data-1'),
})
