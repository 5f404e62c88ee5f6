import type { LoginBody } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import { defaultNickname } from '../../src/domain/users/nickname.ts'
import { miniProgram, sessionsPerUser } from '../scenarios.ts'

/** The API's own statements, with the names under which PostgreSQL keeps their plans. */
export type StoredKey = { bytes: Uint8Array; keyId: string }

export const logIn = (openid: string, key: StoredKey, ip: string) => ({
  name: 'log-in',
  text: `WITH person AS (
        SELECT users.id, status, banned_reason, banned_until, unionid
        FROM wechat_identities JOIN users ON users.id = wechat_identities.user_id
        WHERE app_id = $1 AND openid = $2
      ), welcome AS (
        SELECT id FROM person AS users
        WHERE (users.status = 'active' OR (users.status = 'banned' AND users.banned_until <= $3))
          AND ($4::uuid IS NULL OR id = $5::uuid)
      ), identity AS (
        UPDATE wechat_identities
        SET session_key_encrypted = $6, session_key_id = $7, session_key_updated_at = $8,
            unionid = COALESCE($9, unionid)
        FROM welcome WHERE app_id = $10 AND openid = $11
      ), login AS (
        UPDATE users SET last_login_at = $12, last_login_ip = $13::inet FROM welcome
        WHERE users.id = welcome.id AND users.status <> 'deleted'
      )
      SELECT * FROM person`,
  values: [
    miniProgram.appId,
    openid,
    new Date(),
    null,
    null,
    key.bytes,
    key.keyId,
    new Date(),
    null,
    miniProgram.appId,
    openid,
    new Date(),
    ip,
  ],
})

export const lock = (name: string) => ({
  name: 'lock',
  text: 'SELECT FROM pg_advisory_xact_lock(hashtextextended($1, 0))',
  values: [name],
})

export const addUser = (id: string, ip: string) => ({
  name: 'add-user',
  text: `INSERT INTO users (id, nickname, inviter_id, registered_at, last_login_at, last_login_ip)
         VALUES ($1::uuid, $2, (SELECT id FROM users WHERE id = $3::uuid AND status <> 'deleted'), $4, $5, $6::inet)`,
  values: [id, defaultNickname(id), null, new Date(), new Date(), ip],
})

/** Nobody has been banned here, so the hash is any. */
export const findBan = () => ({
  name: 'find-ban',
  text: `SELECT key_id, reason, until FROM banned_identities
        WHERE hash = ANY($1::bytea[]) AND (until IS NULL OR until > $2)`,
  values: [[Buffer.alloc(32)], new Date()],
})

export const addIdentity = (openid: string, userId: string, key: StoredKey) => ({
  name: 'add-identity',
  text: `INSERT INTO wechat_identities
        (app_id, openid, unionid, user_id, session_key_encrypted, session_key_id, session_key_updated_at, created_at)
      VALUES ($1, $2, $3, $4::uuid, $5, $6, $7, $8)`,
  values: [miniProgram.appId, openid, null, userId, key.bytes, key.keyId, new Date(), new Date()],
})

export const beginSession = ({
  sessionId,
  userId,
  isNewUser,
  wechatMs,
  openid,
  now,
  expiresAt,
  endsAt,
  ip,
  device,
}: {
  sessionId: string
  userId: string
  isNewUser: boolean
  wechatMs: number
  openid: string
  now: Date
  expiresAt: Date
  endsAt: Date
  ip: string
  device: LoginBody['device'] | undefined
}) => ({
  name: 'begin-session',
  text: `WITH person AS (
          SELECT * FROM users WHERE id = $1::uuid FOR SHARE
        ), identity AS (
          SELECT FROM person JOIN wechat_identities ON user_id = person.id
          WHERE app_id = $2 AND openid = $3 FOR KEY SHARE OF wechat_identities
        ), welcome AS (
          SELECT id FROM person AS users
          WHERE (users.status = 'active' OR (users.status = 'banned' AND users.banned_until <= $4))
            AND ($5::text IS NULL OR EXISTS (SELECT FROM identity))
        ), audit AS (
          INSERT INTO audit_events (id, type, at, user_id, session_id, ip, app_id, data)
          SELECT $6::uuid, 'login', $7, id, $8::uuid, $9::inet, $10, $11::jsonb
          FROM welcome
        ), begun AS (
          INSERT INTO sessions
            (id, user_id, app_id, openid, refreshed_at, expires_at, ends_at, created_at, ip, device_model, device_system)
          SELECT $12::uuid, id, $13, $14, $15, $16, $17, $18, $19::inet, $20, $21
          FROM welcome
        )
        SELECT *, ARRAY(
          SELECT id FROM sessions WHERE user_id = $22::uuid AND revoked_at IS NULL AND expires_at > $23
          ORDER BY refreshed_at DESC, id DESC OFFSET $24
        ) AS surplus, EXISTS (SELECT FROM welcome) AS has_begun FROM person`,
  values: [
    userId,
    miniProgram.appId,
    openid,
    now,
    openid,
    uuidv7(),
    now,
    sessionId,
    ip,
    miniProgram.appId,
    { method: 'wechat', isNewUser, wechatMs },
    sessionId,
    miniProgram.appId,
    openid,
    now,
    expiresAt,
    endsAt,
    now,
    ip,
    device?.model,
    device?.system,
    userId,
    now,
    sessionsPerUser - 1,
  ],
})

export const currentUser = (userId: string) => ({
  name: 'current-user',
  text: `SELECT users.*, inviter.status AS inviter_status, inviter.nickname AS inviter_nickname,
        (SELECT count(*)::int FROM (SELECT FROM users AS invited WHERE invited.inviter_id = users.id LIMIT 1000) AS bounded)
          AS invited_count,
        EXISTS (SELECT FROM wechat_identities WHERE wechat_identities.user_id = users.id) AS has_wechat
      FROM users LEFT JOIN users AS inviter ON inviter.id = users.inviter_id
      WHERE users.id = $1::uuid`,
  values: [userId],
})
