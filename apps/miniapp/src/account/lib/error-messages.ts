import type { ProblemCode } from '../../i18n/messages.ts'

/** What goes wrong on the pages of this sub-package alone; the words for the rest stand in `text/`. */
export type AccountProblemCode = Extract<
  ProblemCode,
  | 'proof_required'
  | 'proof_cancelled'
  | 'credentials_invalid'
  | 'password_too_common'
  | 'merge_ticket_invalid'
  | 'image_invalid'
  | 'forbidden'
  | 'not_found'
  | 'session_key_expired'
  | 'username_taken'
  | 'username_immutable'
  | 'password_not_set'
  | 'last_login_method'
  | 'wechat_already_bound'
  | 'cannot_modify_self'
  | 'body_too_large'
  | 'image_too_large'
  | 'unsupported_media_type'
  | 'content_rejected'
  | 'headers_too_large'
  | 'storage_unavailable'
  | 'content_check_unavailable'
  | 'phone_code_invalid'
  | 'phone_blocked'
  | 'account_conflict'
  | 'phone_not_permitted'
  | 'phone_quota_exhausted'
  | 'privacy_refused'
  | 'privacy_undeclared'
  | 'phone_code_missing'
  | 'phone_failed'
>

/** These pages say more of it than the tabs do. */
type Detailed = 'tokens_lost'

const zh_CN: Record<AccountProblemCode | Detailed, string> = {
  tokens_lost: '刚才的修改可能已生效，但未收到结果。为了安全，请重新登录。',
  proof_required: '为了账号安全，请用此账号绑定的微信或密码验证身份。',
  proof_cancelled: '已取消。',
  credentials_invalid: '用户名或密码不对，请检查后再试。',
  password_too_common: '这个密码太容易被猜到，请换一个。',
  merge_ticket_invalid: '合并没有完成：这次机会已失效。请从头再来一次。',
  image_invalid: '这张图片打不开。请换一张 JPG、PNG、WebP 或 GIF 图片再试。',
  forbidden: '只有管理员可以这样做。',
  not_found: '服务器上没有这项内容。请更新小程序后再试。',
  session_key_expired: '与微信的会话已更新，请再按一次按钮。',
  username_taken: '这个用户名已有人使用，请换一个。',
  username_immutable: '用户名设定后不能更改。',
  password_not_set: '这个账号还没有设密码。请用微信登录后设置。',
  last_login_method: '解绑后就没有办法登录了。请先设置密码。',
  wechat_already_bound: '账号已绑定了另一个微信。请先解绑。',
  cannot_modify_self: '不能对自己的账号这样做。',
  body_too_large: '提交的内容太大了，请减少一些再试。',
  image_too_large: '这张图片的尺寸太大了。请缩小一些，或换一张再试。',
  unsupported_media_type: '服务器不接受这种内容。请更新小程序后再试。',
  content_rejected: '这段文字没有通过微信的内容检查，请换一个说法再试。',
  headers_too_large: '服务器不接受这个请求。请更新小程序后再试。',
  storage_unavailable: '服务器暂时存取不了图片，请稍后再试。',
  content_check_unavailable: '暂时无法检查这段文字，所以没有保存。请稍后再试。',
  phone_code_invalid: '没有取得手机号，请再按一次，或不用手机号继续。',
  phone_blocked: '暂时取不到手机号。不用手机号，也可以继续使用。',
  account_conflict: '它已属于另一个账号。',
  phone_not_permitted: '暂时取不到手机号。不用手机号，也可以继续使用。',
  phone_quota_exhausted: '暂时取不到手机号。不用手机号，也可以继续使用。',
  privacy_refused: '你没有同意隐私保护指引。再按一次，可以重新选择。',
  privacy_undeclared: '隐私保护指引里还没有写明这项用途，暂时不能使用。',
  phone_code_missing: '微信版本太旧，给不出手机号。请更新微信，或不用手机号继续。',
  phone_failed: '没有取得手机号，请再按一次，或不用手机号继续。',
}

const en: typeof zh_CN = {
  tokens_lost: 'The last change may have been saved, but no response arrived. Please log in again.',
  proof_required: 'Please verify with the WeChat account or the password of this account.',
  proof_cancelled: 'Cancelled.',
  credentials_invalid: 'This username or password is not right. Please check both and try again.',
  password_too_common: 'This password is too easy to guess. Please choose another one.',
  merge_ticket_invalid: 'The accounts were not joined: the offer is no longer valid. Please start again.',
  image_invalid: 'This picture cannot be opened. Please choose another JPG, PNG, WebP or GIF.',
  forbidden: 'Only an administrator can do this.',
  not_found: 'The server does not have this. Please update the mini program and try again.',
  session_key_expired: 'The connection to WeChat was renewed. Please press the button once more.',
  username_taken: 'Somebody has this username already. Please choose another one.',
  username_immutable: 'A username cannot be changed once it is set.',
  password_not_set: 'This account has no password yet. Please log in with WeChat and set one.',
  last_login_method: 'You could not log in any more. Please set a password first.',
  wechat_already_bound: 'Another WeChat account is bound to this account. Please unbind it first.',
  cannot_modify_self: 'You cannot do this to your own account.',
  body_too_large: 'That was too much at once. Please shorten it and try again.',
  image_too_large: 'This picture has too many pixels. Please make it smaller, or choose another one.',
  unsupported_media_type: 'The server does not take this. Please update the mini program and try again.',
  content_rejected: 'WeChat does not accept these words. Please choose others and try again.',
  headers_too_large: 'The server does not take this request. Please update the mini program and try again.',
  storage_unavailable: 'The server cannot store or read pictures right now. Please try again later.',
  content_check_unavailable:
    'These words cannot be checked right now, so nothing was saved. Please try again later.',
  phone_code_invalid: 'No phone number came. Press again, or go on without one.',
  phone_blocked: 'WeChat gives no phone number right now. You can go on without one.',
  account_conflict: 'This belongs to another account.',
  phone_not_permitted: 'WeChat gives no phone number right now. You can go on without one.',
  phone_quota_exhausted: 'WeChat gives no phone number right now. You can go on without one.',
  privacy_refused: 'You did not accept the privacy guide. Press again to choose anew.',
  privacy_undeclared: 'The privacy guide does not name this use yet.',
  phone_code_missing: 'This WeChat is too old. Update it, or go on without a number.',
  phone_failed: 'No phone number came. Press again, or go on without one.',
}

export const problems = { zh_CN, en }
