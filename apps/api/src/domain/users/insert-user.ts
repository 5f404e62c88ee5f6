import type { Query } from '../../infra/database/query.ts'
import { defaultNickname } from './nickname.ts'

/** Inserts a new user. An `inviterId` without an account is ignored: an error would tell which ids exist. */
export async function insertUser(
  query: Query,
  user: { id: string; username: string | null; inviterId: string | undefined; ip: string; now: Date },
): Promise<void> {
  const { id, username, inviterId, ip, now } = user
  await query`
    INSERT INTO users (id, username, nickname, inviter_id, registered_at, last_login_at, last_login_ip)
    VALUES (${id}::uuid, ${username}, ${defaultNickname(id)},
      (SELECT id FROM users WHERE id = ${inviterId}::uuid AND status <> 'deleted'), ${now}, ${now}, ${ip}::inet)`
}
