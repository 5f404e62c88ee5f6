import type { LoginResult, RegisterBody } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import type { AppContext } from '../../context.ts'
import { auditFailedLogin } from '../../domain/audit/audit-failed-login.ts'
import { exchangeLoginCode } from '../../domain/identities/exchange-login-code.ts'
import type {
  Identities,
  IdentityOwner,
  VerifiedWechatIdentity,
} from '../../domain/identities/wechat-identities.ts'
import {
  assertPasswordAllowed,
  assertUsernameAvailable,
  normalizeUsername,
} from '../../domain/passwords/policy.ts'
import { assertNotBanned, toAccountState } from '../../domain/users/account-state.ts'
import { insertUser } from '../../domain/users/insert-user.ts'
import { isUniqueViolation } from '../../infra/database/errors.ts'
import type { Query } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { RequestContext } from '../../utils/request-context.ts'
import { addToRequestLine } from '../../utils/request-line.ts'

type RegisterContext = Pick<
  AppContext,
  | 'apps'
  | 'consents'
  | 'database'
  | 'deviceTokens'
  | 'exchangeGuard'
  | 'hasher'
  | 'identities'
  | 'limits'
  | 'mergeTickets'
  | 'rejectedLogins'
  | 'reservedNames'
  | 'sessions'
  | 'wechat'
>

type NewAccount = {
  userId: string
  username: string
  passwordHash: string
  wechatUser: VerifiedWechatIdentity | null
  inviterId: string | undefined
  ip: string
}

/** Creates an account with a username and a password, and logs it in. */
export function register(
  context: RegisterContext,
  body: RegisterBody,
  request: RequestContext,
): Promise<LoginResult> {
  context.consents.assertAcceptable(body.consent)
  const appId = body.code && (body.appId ?? context.apps.default.appId)
  return auditFailedLogin(context, { ...request, appId }, () => createAndLogIn(context, body, request))
}

async function createAndLogIn(
  context: RegisterContext,
  { username: typedUsername, password, code, appId, inviterId, device, consent }: RegisterBody,
  request: RequestContext,
): Promise<LoginResult> {
  const { apps, database, deviceTokens, hasher, identities, reservedNames, sessions } = context
  const { ip, log } = request

  const username = normalizeUsername(typedUsername)
  reservedNames.assertAllowed(username)
  assertPasswordAllowed(password, username)
  const app = apps.find(appId)
  await assertUsernameAvailable(database.prisma, username)
  const passwordHash = await hasher.hash(password)
  const exchanged = code === undefined ? null : await exchangeLoginCode(context, code, app, request)
  const wechatUser = exchanged?.wechatUser ?? null

  const userId = uuidv7()
  const account = { userId, username, passwordHash, wechatUser, inviterId, ip }
  const owner = await database.transaction((query) => insertAccount(query, identities, account))
  if (owner) throw await conflictError(context, owner)
  const tokens = await sessions.create({
    userId,
    identity: wechatUser && { appId: wechatUser.appId, openid: wechatUser.openid },
    device,
    ip,
    consent: { versions: consent, method: 'registration', appId: app.appId, isSilent: false },
    auditData: { method: 'password', isNewUser: true, ...(exchanged && { wechatMs: exchanged.wechatMs }) },
  })
  addToRequestLine(log, { userId, isNewUser: true })
  return { ...tokens, isNewUser: true, deviceToken: deviceTokens.issue(userId, undefined) }
}

/** @returns the account that the WeChat identity belongs to already; then nothing was inserted. */
async function insertAccount(
  query: Query,
  identities: Identities,
  { userId, username, passwordHash, wechatUser, inviterId, ip }: NewAccount,
): Promise<IdentityOwner | null> {
  const owner = wechatUser && (await identities.findOwnerForUpdate(query, wechatUser))
  if (owner) return owner
  const now = new Date()
  try {
    await insertUser(query, { id: userId, username, inviterId, ip, now })
  } catch (error) {
    throw isUniqueViolation(error, 'username') ? new ApiError('username_taken', { cause: error }) : error
  }
  await query`
    INSERT INTO passwords (user_id, hash, changed_at) VALUES (${userId}::uuid, ${passwordHash}, ${now})`
  if (wechatUser) await identities.attach(query, wechatUser, userId)
  return null
}

async function conflictError(
  { database, mergeTickets }: Pick<AppContext, 'database' | 'mergeTickets'>,
  { userId }: IdentityOwner,
): Promise<ApiError> {
  const user = await database.prisma.user.findUnique({ where: { id: userId } })
  // A banned user learns of the ban here too.
  if (user) assertNotBanned(toAccountState(user))
  const { conflict } = await mergeTickets.conflictError({ userId: null, otherUserId: userId })
  // The code has proven that this user tries to register, so the attempt belongs to their login history.
  return new ApiError('account_conflict', { userId, ...(conflict && { conflict }) })
}
