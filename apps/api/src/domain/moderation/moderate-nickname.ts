import type { FastifyBaseLogger } from 'fastify'
import type { Config } from '../../config/config.ts'
import type { WechatApps } from '../../infra/wechat/apps.ts'
import type { WechatClient } from '../../infra/wechat/client.ts'
import { errcodeOf, unavailable } from '../../infra/wechat/wechat-api-error.ts'
import { ApiError } from '../../utils/api-error.ts'
import { withDeadline } from '../../utils/with-timeout.ts'
import type { WechatIdentity } from '../identities/wechat-identity.ts'
import { isRejected } from './is-rejected.ts'

/**
 * Asks WeChat about a nickname before it is taken; waits as long as one call to WeChat may take, and no longer.
 *
 * @param author whom WeChat is told as the author of the text; `null` for somebody whom WeChat does not know by this session.
 * @returns `unchecked`: there is no verdict before their next login; `ask_again`: there may be one any time.
 * @throws ApiError `content_rejected`; `content_check_unavailable` where the configuration takes nothing unchecked.
 */
export type AskAboutNickname = (
  author: WechatIdentity | null,
  nickname: string,
  log: FastifyBaseLogger,
) => Promise<'accepted' | 'unchecked' | 'ask_again'>

/** "user has not visited the mini program in two hours", and an openid that WeChat does not know, or no longer. */
const withoutVerdict = new Set<number | undefined>([61010, 40003])

/** Whether asking again is of no use before the person comes back. */
export const needsVisit = (error: unknown): boolean => withoutVerdict.has(errcodeOf(error))

export function createAskAboutNickname({
  apps,
  wechat,
  config: { contentCheck, wechat: wechatConfig },
}: {
  apps: WechatApps
  wechat: WechatClient
  config: Pick<Config, 'contentCheck' | 'wechat'>
}): AskAboutNickname {
  const { timeoutMs } = wechatConfig
  const late = () => unavailable(`no verdict within ${timeoutMs} ms`)

  async function ask({ appId, openid }: WechatIdentity, text: string) {
    return withDeadline(wechat.checkText(apps.find(appId), { openid, text }), timeoutMs, late)
  }

  function goOnWithout(reason: unknown, answer: 'unchecked' | 'ask_again') {
    if (contentCheck === 'accept') return answer
    throw new ApiError('content_check_unavailable', { cause: reason })
  }

  return async (author, nickname, log) => {
    if (author === null) return goOnWithout(undefined, 'unchecked')
    try {
      const suggest = await ask(author, nickname)
      if (!isRejected(suggest, contentCheck)) return 'accepted'
    } catch (error) {
      log.warn(
        { err: error, appId: author.appId, errcode: errcodeOf(error) },
        'WeChat did not check a nickname',
      )
      return goOnWithout(error, needsVisit(error) ? 'unchecked' : 'ask_again')
    }
    throw new ApiError('content_rejected')
  }
}
