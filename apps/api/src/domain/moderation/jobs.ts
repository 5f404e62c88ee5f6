import type { Foundation } from '../../context.ts'
import type { JobHandlers } from '../../infra/jobs/jobs.ts'
import { createApplyAvatarVerdict } from './avatar-verdict.ts'
import { createFindAuthor } from './find-latest-identity.ts'
import { createCheckAvatar } from './moderate-avatar.ts'
import { createCheckNickname } from './recheck-nickname.ts'

export function contentJobs(
  foundation: Foundation,
): Pick<JobHandlers, 'avatar_verdict' | 'check_nickname' | 'check_avatar'> {
  const { contentCheck, publicUrl, wechat } = foundation.config
  const findAuthor = createFindAuthor(foundation.database, wechat.apps)
  return {
    avatar_verdict: createApplyAvatarVerdict({ ...foundation, contentCheck }),
    check_nickname: createCheckNickname({ ...foundation, findAuthor, contentCheck }),
    check_avatar: createCheckAvatar({ ...foundation, findAuthor, publicUrl, contentCheck }),
  }
}
