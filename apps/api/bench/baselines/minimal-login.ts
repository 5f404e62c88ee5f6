import pg from 'pg'
import { Pool } from 'undici'
import { v7 as uuidv7 } from 'uuid'
import { startEmbeddedPostgres } from '../../src/infra/database/pglite.ts'
import { miniProgram } from '../scenarios.ts'
import type { ServerSettings } from '../server-settings.ts'

export type MinimalUser = { id: string; createdAt: string }

/** The least that a login needs: `code2Session` and one upsert, in the baselines' own table. The fixed unit of the benchmark. */
export async function createMinimalLogin({ database, wechatUrl }: ServerSettings) {
  const pool = await openPool(database)
  const wechat = new Pool(wechatUrl, { connections: 64 })

  async function exchangeLoginCode(code: string): Promise<string> {
    const query = new URLSearchParams({
      appid: miniProgram.appId,
      secret: miniProgram.secret,
      js_code: code,
      grant_type: 'authorization_code',
    })
    const { body } = await wechat.request({ method: 'GET', path: `/sns/jscode2session?${query}` })
    return (JSON.parse(await body.text()) as { openid: string }).openid
  }

  return {
    async logIn(code: string): Promise<MinimalUser> {
      const openid = await exchangeLoginCode(code)
      const { rows } = await pool.query<UserRow>({
        name: 'log-in',
        text: `INSERT INTO baseline_users (id, openid) VALUES ($1, $2)
               ON CONFLICT (openid) DO UPDATE SET last_login_at = now()
               RETURNING id, created_at`,
        values: [uuidv7(), openid],
      })
      return toUser(rows[0] as UserRow)
    },
    async findUser(id: string): Promise<MinimalUser> {
      const { rows } = await pool.query<UserRow>({
        name: 'find-user',
        text: 'SELECT id, created_at FROM baseline_users WHERE id = $1',
        values: [id],
      })
      return toUser(rows[0] as UserRow)
    },
  }
}

type UserRow = { id: string; created_at: Date }

const toUser = ({ id, created_at }: UserRow): MinimalUser => ({ id, createdAt: created_at.toISOString() })

async function openPool(database: ServerSettings['database']): Promise<pg.Pool> {
  if ('url' in database) return new pg.Pool({ connectionString: database.url, max: 10 })
  const { connection, maximumConnections } = await startEmbeddedPostgres(database.folder)
  return new pg.Pool({ ...connection, max: maximumConnections })
}
