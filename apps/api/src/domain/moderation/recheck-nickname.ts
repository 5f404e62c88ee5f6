import type { FastifyBaseLogger } from 'fastify'
import type { Config } from '../../config/config.ts'
import type { Database } from '../../infra/database/client.ts'
import { queryIn } from '../../infra/database/query.ts'
import { addJob, type JobHandlers, type Jobs } from '../../infra/jobs/jobs.ts'
import type { WechatClient } from '../../infra/wechat/client.ts'
import { appendAuditEntry } from '../audit/audit-log.ts'
import { defaultNickname } from '../users/default-nickname.ts'
import type { FindAuthor } from './find-latest-identity.ts'
import { isRejected } from './is-rejected.ts'
import { needsVisit } from './moderate-nickname.ts'

/** Makes up for a check that WeChat could not do. A nickname that it rejects gives way to the generated one. */
export function createCheckNickname({
  database: { prisma },
  findAuthor,
  wechat,
  contentCheck,
}: {
  database: Database
  findAuthor: FindAuthor
  wechat: WechatClient
  contentCheck: Config['contentCheck']
}): JobHandlers['check_nickname'] {
  async function ask(userId: string, text: string) {
    const author = await findAuthor(userId)
    if (author === null) return null
    try {
      const suggest = await wechat.checkText(author.app, { openid: author.openid, text })
      return { suggest, appId: author.app.appId }
    } catch (error) {
      if (needsVisit(error)) return null
      throw error
    }
  }

  return async ({ userId }) => {
    const user = await prisma.user.findFirst({ where: { id: userId, nicknameUnchecked: true } })
    if (!user?.nickname) return
    const { nickname } = user
    const verdict = await ask(userId, nickname)
    // The next login brings another job.
    if (verdict === null) return
    const { suggest, appId } = verdict
    await prisma.$transaction(async (transaction) => {
      const isFine = !isRejected(suggest, contentCheck)
      // Another one that was chosen meanwhile has a verdict of its own.
      const { count } = await transaction.user.updateMany({
        where: { id: userId, nickname, nicknameUnchecked: true },
        data: { nicknameUnchecked: false, ...(isFine ? {} : { nickname: defaultNickname(userId) }) },
      })
      if (isFine || count === 0) return
      await appendAuditEntry(queryIn(transaction), {
        type: 'content_rejected',
        userId,
        appId,
        data: { what: 'nickname' },
      })
    })
  }
}

/** For a person who has just logged in, and so has opened the mini program. Never fails: the login must not either. */
export type CheckNicknameAgain = (userId: string) => Promise<void>

export function createCheckNicknameAgain({
  database: { prisma },
  wake,
  log,
}: {
  database: Database
  wake: Jobs['wake']
  log: FastifyBaseLogger
}): CheckNicknameAgain {
  return async (userId) => {
    try {
      const job = await prisma.job.findFirst({
        where: { kind: 'check_nickname', deadAt: null, payload: { path: ['userId'], equals: userId } },
      })
      if (!job) await addJob(prisma, 'check_nickname', { userId })
      wake()
    } catch (error) {
      log.error({ err: error, userId }, 'a nickname will be checked at a later login')
    }
  }
}
