import type { LoginBody, LoginResult, Me } from '@repo/shared'
import pg from 'pg'
import { Pool } from 'undici'
import { v7 as uuidv7 } from 'uuid'
import { parseKeys } from '../../src/config/values.ts'
import { createDeviceTokens } from '../../src/domain/sessions/device-tokens.ts'
import { createRefreshTokens } from '../../src/domain/sessions/refresh-tokens.ts'
import { toUser, type UserRow } from '../../src/domain/users/user.ts'
import { type MeRow, toMe } from '../../src/features/account/current-user.ts'
import { createDataCipher } from '../../src/infra/crypto.ts'
import { DatabaseClient } from '../../src/infra/database/connection.ts'
import { startEmbeddedPostgres } from '../../src/infra/database/pglite.ts'
import { miniProgram } from '../scenarios.ts'
import type { Settings } from './settings.ts'
import * as statements from './statements.ts'

export type PlainClaims = { sub: string; sid: string; role: string; ver: number }

const publicUrl = 'http://127.0.0.1'

/** How a server issues its access tokens. */
type Sign = (claims: PlainClaims) => string

/**
 * A login by hand, for the floor and for bare Fastify: undici and pg with named statements. The rows and the answer are the
 * API's own, with the session_key encrypted and the refresh token signed, so that all of them do the same work.
 */
export async function createPlainLogin(settings: Settings) {
  const pool = await openPool(settings)
  const wechat = new Pool(settings.wechatUrl, { connections: 64 })
  const cipher = createDataCipher(keysOf(settings.dataKeys))
  const refreshTokens = createRefreshTokens(keysOf(settings.refreshTokenKeys))
  const deviceTokens = createDeviceTokens(keysOf(settings.refreshTokenKeys))

  async function exchange(code: string) {
    const path = `/sns/jscode2session?${new URLSearchParams({
      appid: miniProgram.appId,
      secret: miniProgram.secret,
      js_code: code,
      grant_type: 'authorization_code',
    })}`
    const { body } = await wechat.request({ method: 'GET', path, signal: AbortSignal.timeout(5000) })
    return JSON.parse(await body.text()) as { openid: string; session_key: string }
  }

  async function register(openid: string, key: statements.StoredKey, ip: string): Promise<string> {
    const client = await pool.connect()
    try {
      await client.query('BEGIN')
      await client.query(statements.lock(`openid ${miniProgram.appId} ${openid}`))
      await client.query(statements.logIn(openid, key, ip))
      await client.query(statements.findBan())
      const id = uuidv7()
      await client.query(statements.addUser(id, ip))
      await client.query(statements.addIdentity(openid, id, key))
      await client.query('COMMIT')
      return id
    } catch (error) {
      await client.query('ROLLBACK')
      throw error
    } finally {
      client.release()
    }
  }

  return {
    async logIn({ code, device }: LoginBody, ip: string, sign: Sign): Promise<LoginResult> {
      const startedAt = performance.now()
      const { openid, session_key: sessionKey } = await exchange(code)
      const wechatMs = performance.now() - startedAt
      const key = cipher.encrypt(sessionKey, `session_key ${miniProgram.appId} ${openid}`)
      const known = (await pool.query<{ id: string }>(statements.logIn(openid, key, ip))).rows[0]
      const userId = known?.id ?? (await register(openid, key, ip))
      const sessionId = uuidv7()
      const now = new Date()
      const expiresAt = daysAfter(now, 30)
      const { rows } = await pool.query<UserRow>(
        statements.beginSession({
          sessionId,
          userId,
          isNewUser: known === undefined,
          wechatMs,
          openid,
          now,
          expiresAt,
          endsAt: daysAfter(now, 180),
          ip,
          device,
        }),
      )
      const user = rows[0] as UserRow
      return {
        accessToken: sign({ sub: userId, sid: sessionId, role: user.role, ver: user.token_version }),
        accessTokenExpiresAt: new Date(now.getTime() + 600_000).toISOString(),
        refreshToken: refreshTokens.issue({ sessionId, counter: 1 }),
        refreshTokenExpiresAt: expiresAt.toISOString(),
        serverTime: now.toISOString(),
        isNewUser: known === undefined,
        deviceToken: deviceTokens.issue(userId, undefined),
        user: toUser(publicUrl, user),
      }
    },
    async currentUser({ sub }: PlainClaims): Promise<Me | null> {
      const { rows } = await pool.query<MeRow>(statements.currentUser(sub))
      return rows[0] ? toMe(publicUrl, rows[0]) : null
    },
  }
}

/** As the API's own. */
const inUtc = { Client: DatabaseClient } as pg.PoolConfig

async function openPool({ database }: Settings): Promise<pg.Pool> {
  if ('url' in database) return new pg.Pool({ connectionString: database.url, max: 10, ...inUtc })
  const { connection, maximumConnections } = await startEmbeddedPostgres(database.folder)
  return new pg.Pool({ ...connection, max: maximumConnections })
}

/** @throws Error when the text is not a list of keys. */
export function keysOf(text: string) {
  const keys = parseKeys(text, { minimumBytes: 32 })
  const [first, ...others] = typeof keys === 'string' ? [] : keys
  if (!first) throw new Error(`keys: ${keys}`)
  return [first, ...others] as [typeof first, ...typeof others]
}

const daysAfter = (moment: Date, days: number) => new Date(moment.getTime() + days * 86_400_000)
