import type { Foundation } from '../house.ts'
import type { JobHandlers } from '../jobs/jobs.ts'
import { createApplyAvatarVerdict } from './avatar-verdict.ts'
import { createCheckAvatar } from './check-avatar.ts'
import { createCheckNickname } from './check-nickname.ts'
import { createFindAuthor } from './find-author.ts'

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
