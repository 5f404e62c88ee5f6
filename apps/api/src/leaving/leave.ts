import type { EraseBody, ProvenEraseBody } from '@repo/shared'
import type { Claims } from '../auth/access-tokens.ts'
import type { KeepRefusals, Origin } from '../auth/refusals.ts'
import { timed } from '../auth/timed.ts'
import type { Database } from '../database/database.ts'
import type { PersonLimits } from '../limits/limits.ts'
import type { Passwords } from '../password/passwords.ts'
import { ApiError } from '../problem.ts'
import type { WechatApps } from '../wechat/apps.ts'
import type { WechatClient } from '../wechat/client.ts'
import type { EraseAccount } from './erase.ts'

/** Erases the account of a person who has proven that it is theirs. */
export type Leave = {
  /**
   * @throws ApiError `different_account`, `credentials_invalid`, `unknown_app`, `code_…`, `wechat_…`, `rate_limited`,
   *   `session_revoked`; then nothing was changed.
   */
  loggedIn(claims: Claims, proof: EraseBody, origin: Origin): Promise<void>
  /**
   * For who cannot log in: the proof alone says whose account it is.
   *
   * @throws ApiError `not_found` when nobody has this WeChat identity; the others as above.
   */
  proven(proof: ProvenEraseBody, origin: Origin): Promise<void>
}

export function createLeave({
  database: { prisma },
  apps,
  wechat,
  limits,
  passwords,
  keepRefusals,
  eraseAccount,
}: {
  database: Database
  apps: WechatApps
  wechat: WechatClient
  limits: PersonLimits
  passwords: Pick<Passwords, 'prove' | 'proveOf'>
  keepRefusals: KeepRefusals
  eraseAccount: EraseAccount
}): Leave {
  /** Whom the person behind a code is with us. */
  async function ownerOf(
    { code, appId: named }: { code: string; appId?: string },
    { log }: Origin,
  ): Promise<string | null> {
    const app = apps.find(named)
    const { result: person } = await timed(log, 'code exchanged', () => wechat.exchangeCode(app, code))
    const { appId } = app
    const { openid } = person
    await limits.login({ appId, openid })
    const identity = await prisma.wechatIdentity.findUnique({ where: { appId_openid: { appId, openid } } })
    return identity?.userId ?? null
  }

  async function findProven(proof: ProvenEraseBody, origin: Origin): Promise<string> {
    if ('password' in proof) return (await passwords.prove(proof, origin.ip)).id
    const userId = await ownerOf(proof, origin)
    if (userId === null) throw new ApiError('not_found', { detail: 'nobody has this WeChat identity' })
    return userId
  }

  return {
    async loggedIn({ sub: userId, sid: sessionId }, proof, origin) {
      if ('password' in proof) await passwords.proveOf(userId, proof.password, { ip: origin.ip, sessionId })
      else if ((await ownerOf(proof, origin)) !== userId) throw new ApiError('different_account')
      await eraseAccount(userId, 'asked_by_person', origin.log)
    },
    async proven(proof, origin) {
      // Whoever tries out passwords here is kept in the log like whoever tries to log in with them.
      const userId = await keepRefusals(origin, () => findProven(proof, origin))
      await eraseAccount(userId, 'asked_by_person', origin.log)
    },
  }
}
