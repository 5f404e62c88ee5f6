import type { AppContext } from '../../context.ts'
import type { JobHandlers } from '../../infra/jobs/jobs.ts'
import { createApplyAvatarVerdict } from './avatar-verdict.ts'
import { createFindAuthor } from './find-latest-identity.ts'
import { createCheckAvatar } from './moderate-avatar.ts'
import { createCheckNickname } from './recheck-nickname.ts'

export function contentJobs(
  context: AppContext,
): Pick<JobHandlers, 'avatar_verdict' | 'check_nickname' | 'check_avatar'> {
  const { contentCheck, publicUrl, wechat } = context.config
  const findAuthor = createFindAuthor(context.database, wechat.apps)
  return {
    avatar_verdict: createApplyAvatarVerdict({ ...context, contentCheck }),
    check_nickname: createCheckNickname({ ...context, findAuthor, contentCheck }),
    check_avatar: createCheckAvatar({ ...context, findAuthor, publicUrl, contentCheck }),
  }
}
