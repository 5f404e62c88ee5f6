import type { Config } from '../../config/config.ts'
import type { Suggest } from '../../infra/wechat/content-check.ts'

/**
 * Whether something may not be shown; `null` is no verdict. WeChat leaves `review` to a human, of whom there is none here:
 * what it is not sure about is treated as what it cannot check.
 */
export const isRejected = (suggest: Suggest | null, contentCheck: Config['contentCheck']): boolean =>
  suggest === 'risky' || (suggest !== 'pass' && contentCheck === 'refuse')
