import type {
  AccountExport,
  AccountProof,
  MergeBody,
  PasswordBody,
  ProfileBody,
  Proof,
  User,
} from '@repo/shared'
import type { Session } from '../session/index.ts'

/** The requests of the account pages. `session.load` never opens the login page; `session.request` may. */

/** Also for guests. */
export const loadDataPractices = (session: Session) => session.callPublic('GET /v1/data-practices', {})

export const loadMe = (session: Session) => session.load('GET /v1/me', {})

export const updateProfile = (session: Session, body: ProfileBody) =>
  session.request('PUT /v1/me/profile', { body })

export const uploadAvatar = (
  session: Session,
  file: { filePath: string; onProgress: (percent: number) => void },
) => session.upload('POST /v1/me/avatar', file)

export const deleteAvatar = (session: Session) => session.request('DELETE /v1/me/avatar', {})

export const bindPhone = (session: Session, code: string, proof: Proof) =>
  session.request('POST /v1/me/phone', { body: { code, proof } })

export const deletePhone = (session: Session, proof: Proof) =>
  session.request('POST /v1/me/phone/delete', { body: { proof } })

export const setPassword = (session: Session, body: PasswordBody) =>
  session.request('PUT /v1/me/password', { body })

/** Binds the WeChat account of this phone. */
export const bindWechat = async (session: Session, proof?: Proof) =>
  session.request('PUT /v1/me/wechat', {
    body: { ...(await session.getLoginCode()), ...(proof && { proof }) },
  })

export const unbindWechat = (session: Session, proof: Proof) =>
  session.request('POST /v1/me/wechat/unbind', { body: { proof } })

export const loadDevices = (session: Session) => session.load('GET /v1/me/sessions', {})

export const logOutDevice = (session: Session, id: string, proof: Proof) =>
  session.request('POST /v1/me/sessions/:id/revoke', { params: { id }, body: { proof } })

export const logOutEverywhere = (session: Session, proof: Proof) =>
  session.request('POST /v1/auth/logout-all', { body: { proof } })

export type LoginHistoryKind = 'logins' | 'changes'

export const loadLoginHistory = (session: Session, query: { kind: LoginHistoryKind; before?: string }) =>
  session.load('GET /v1/me/login-history', { query })

export const mergeAccounts = (session: Session, body: MergeBody) =>
  session.request('POST /v1/me/merge', { body })

/** Works without a fresh token, as a deletion does. */
export function exportAccount(session: Session, proof: Proof): Promise<AccountExport> {
  const state = session.state()
  return state.kind === 'user' && state.requiredConsent
    ? session.callPublic('POST /v1/auth/export', { body: identified(state.user, proof) })
    : session.request('POST /v1/me/export', { body: { proof } })
}

/** Not `session.request`: a login that it asks for could create a new account. */
export async function deleteAccount(session: Session, proof: Proof): Promise<void> {
  const state = session.state()
  // A user who declines newer documents has no fresh token, and may delete the account all the same.
  if (state.kind === 'user' && state.requiredConsent)
    await session.callPublic('POST /v1/auth/delete', { body: identified(state.user, proof) })
  else await session.load('POST /v1/me/delete', { body: { proof } })
}

/** Works without a fresh token, as a deletion does. */
export async function withdrawConsent(session: Session, proof: Proof): Promise<void> {
  const state = session.state()
  if (state.kind === 'user')
    await session.callPublic('POST /v1/auth/consent/withdraw', { body: identified(state.user, proof) })
}

/** A proof that says whose it is, since the request carries no token. */
const identified = ({ id, username }: User, proof: Proof) => ({
  ...('password' in proof ? { ...proof, username: username ?? '' } : proof),
  expectedUserId: id,
})

/** For a banned user, who has no session: each request carries a proof of its own. */
export const loadBanNotice = (session: Session, proof: AccountProof) =>
  session.callPublic('POST /v1/auth/ban-notice', { body: proof })

export const fileAppeal = (session: Session, proof: AccountProof, text: string) =>
  session.callPublic('POST /v1/auth/appeal', { body: { ...proof, text } })

export const exportAccountWithProof = (session: Session, proof: AccountProof) =>
  session.callPublic('POST /v1/auth/export', { body: proof })

export const deleteAccountWithProof = (session: Session, proof: AccountProof) =>
  session.callPublic('POST /v1/auth/delete', { body: proof })
