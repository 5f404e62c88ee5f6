import { randomBytes } from 'node:crypto'
import type { ServerSettings } from './server-settings.ts'

/** Two access-token keys, as after a rotation, so that finding a token's key is work. */
export function newKeys(): Pick<ServerSettings, 'accessTokenKeys' | 'refreshTokenKeys' | 'dataKeys'> {
  const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`
  return {
    accessTokenKeys: `${key('new')},${key('old')}`,
    refreshTokenKeys: key('refresh'),
    dataKeys: key('data'),
  }
}
