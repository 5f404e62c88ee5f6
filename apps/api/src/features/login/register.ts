import type { LoginResult, RegisterBody } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import type { MergeTickets } from '../../domain/accounts/merge-tickets.ts'
import type { KeepRefusals, Origin } from '../../domain/audit/audit-failed-login.ts'
import type { Exchange } from '../../domain/identities/exchange-login-code.ts'
import type { Identities, Owner, VouchedPerson } from '../../domain/identities/wechat-identities.ts'
import { refuseCommonPassword } from '../../domain/passwords/common-passwords.ts'
import type { PasswordHasher } from '../../domain/passwords/hasher.ts'
import { refuseTakenUsername, storedUsername } from '../../domain/passwords/usernames.ts'
import type { DeviceTokens } from '../../domain/sessions/device-tokens.ts'
import type { Sessions } from '../../domain/sessions/sessions.ts'
import { admissionOf, refuseBanned } from '../../domain/users/account-state.ts'
import { defaultNickname } from '../../domain/users/default-nickname.ts'
import { existingInviter } from '../../domain/users/inviter.ts'
import type { Database } from '../../infra/database/client.ts'
import { isTaken } from '../../infra/database/errors.ts'
import type { Query } from '../../infra/database/query.ts'
import type { WechatApps } from '../../infra/wechat/apps.ts'
import { ApiError } from '../../utils/api-error.ts'

/**
 * Makes an account with a username and a password, and logs it in.
 *
 * @throws ApiError `username_taken`, `password_too_common`, `account_conflict` when the WeChat account
 *   behind the code has an account with us, `account_banned` when that is banned; `unknown_app`, `code_…`, `wechat_…`, `rate_limited`. Then nothing was made.
 */
export type Register = (body: RegisterBody, origin: Origin) => Promise<LoginResult>

type Registration = {
  username: string
  hash: string
  person: VouchedPerson | null
  inviterId: string | undefined
  ip: string
}

export function createRegister({
  database: { prisma, transaction },
  hasher,
  apps,
  exchange,
  identities,
  sessions,
  mergeTickets,
  keepRefusals,
  deviceTokens,
}: {
  database: Database
  hasher: PasswordHasher
  apps: WechatApps
  exchange: Exchange
  identities: Identities
  sessions: Sessions
  mergeTickets: MergeTickets
  keepRefusals: KeepRefusals
  deviceTokens: DeviceTokens
}): Register {
  const register: Register = async (body, { ip, log }) => {
    const username = storedUsername(body.username)
    refuseCommonPassword(body.password, username)
    const app = apps.find(body.appId)
    await refuseTakenUsername(prisma, username)
    const hash = await hasher.hash(body.password)
    const exchanged = body.code === undefined ? null : await exchange(body.code, app, { ip, log })
    const person = exchanged?.person ?? null

    const userId = uuidv7()
    const registration = { username, hash, person, inviterId: body.inviterId, ip }
    const owner = await transaction((query) => insertAccount(query, userId, registration))
    if (owner) throw await refusalOf(owner)
    const tokens = await sessions.begin({
      userId,
      identity: person && { appId: person.appId, openid: person.openid },
      device: body.device,
      ip,
      how: { method: 'password', isNewUser: true, ...(exchanged && { wechatMs: exchanged.wechatMs }) },
    })
    log.info({ userId, isNewUser: true }, 'logged in')
    return { ...tokens, isNewUser: true, deviceToken: deviceTokens.issue(userId, undefined) }
  }

  /** Whoever is banned is told so here, too. */
  async function refusalOf({ userId }: Owner): Promise<ApiError> {
    const user = await prisma.user.findUnique({ where: { id: userId } })
    if (user) refuseBanned(admissionOf(user))
    const { conflict } = await mergeTickets.conflict({ userId: null, otherUserId: userId })
    // The code has shown that it is this user who tries to register: it belongs to their history.
    return new ApiError('account_conflict', { userId, ...(conflict && { conflict }) })
  }

  /** @returns whom the person behind the code is already; then nothing was inserted. */
  async function insertAccount(
    query: Query,
    userId: string,
    { username, hash, person, inviterId, ip }: Registration,
  ): Promise<Owner | null> {
    const owner = person && (await identities.lockOwnerOf(query, person))
    if (owner) return owner
    const now = new Date()
    try {
      await query`
        INSERT INTO users (id, username, nickname, inviter_id, registered_at, last_login_at, last_login_ip)
        VALUES (${userId}::uuid, ${username}, ${defaultNickname(userId)}, ${existingInviter(inviterId)}, ${now}, ${now},
          ${ip}::inet)`
    } catch (error) {
      throw isTaken(error, 'username') ? new ApiError('username_taken', { cause: error }) : error
    }
    await query`INSERT INTO passwords (user_id, hash, changed_at) VALUES (${userId}::uuid, ${hash}, ${now})`
    if (person) await identities.add(query, person, userId)
    return null
  }

  return (body, origin) =>
    keepRefusals({ ...origin, appId: body.code && (body.appId ?? apps.default.appId) }, () =>
      register(body, origin),
    )
}
