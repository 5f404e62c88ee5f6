import type { AccountErrorCode } from '../../i18n/error-messages.ts'
import type { PhoneErrorCode } from './phone-number-result.ts'

type Code =
  | AccountErrorCode
  | Exclude<PhoneErrorCode, 'wechat_login_offline'>
  /** With more detail than in the main package. */
  | 'tokens_lost'

const zh_CN: Record<Code, string> = {
  tokens_lost: '修改可能已生效，为了安全请重新登录',
  proof_required: '请用此账号绑定的微信或密码验证身份',
  proof_cancelled: '已取消',
  credentials_invalid: '用户名或密码错误，请重新输入',
  password_too_common: '密码过于简单，请换一个',
  merge_ticket_invalid: '合并请求已过期，请重新操作',
  image_invalid: '图片无法打开，请换一张 JPG、PNG、WebP 或 GIF 图片',
  forbidden: '仅管理员可操作',
  not_found: '内容不存在，请更新小程序后重试',
  session_key_expired: '微信会话已更新，请再试一次',
  username_taken: '用户名已被使用，请换一个',
  username_immutable: '用户名设置后不能修改',
  password_not_set: '账号未设置密码，请用微信登录后设置',
  last_login_method: '解绑后将无法登录，请先设置密码',
  wechat_already_bound: '账号已绑定另一个微信，请先解绑',
  cannot_modify_self: '不能对自己的账号进行此操作',
  body_too_large: '内容过多，请精简后重试',
  image_too_large: '图片尺寸过大，请换一张',
  unsupported_media_type: '不支持此内容格式，请更新小程序后重试',
  birthday_below_minimum_age: '未达到最低年龄，须由监护人同意后填写',
  content_rejected: '内容未通过安全检测，请修改后重试',
  headers_too_large: '请求异常，请更新小程序后重试',
  storage_unavailable: '图片服务暂时不可用，请稍后再试',
  content_check_unavailable: '内容检测暂时不可用，修改未保存，请稍后再试',
  phone_code_invalid: '获取手机号失败，请重试',
  phone_blocked: '暂时无法获取手机号，不影响其他功能',
  account_conflict: '已绑定到另一个账号',
  shared_account_choice: '你在其他小程序已有账号，请选择是否使用',
  phone_not_permitted: '暂时无法获取手机号，不影响其他功能',
  phone_quota_exhausted: '暂时无法获取手机号，不影响其他功能',
  privacy_denied: '你未同意《小程序用户隐私保护指引》，再次点击可重新选择',
  privacy_undeclared: '《小程序用户隐私保护指引》未包含此用途，暂时无法使用',
  phone_code_missing: '微信版本过低，无法获取手机号，请更新微信',
  phone_failed: '获取手机号失败，请重试',
}

const en: typeof zh_CN = {
  tokens_lost: 'Your change may have been saved. Log in again to be safe.',
  proof_required: 'Verify with the WeChat account or the password of this account.',
  proof_cancelled: 'Cancelled.',
  credentials_invalid: 'Wrong username or password. Try again.',
  password_too_common: 'This password is too easy to guess. Choose another one.',
  merge_ticket_invalid: 'The merge request has expired. Start again.',
  image_invalid: "Couldn't open this image. Choose a JPG, PNG, WebP or GIF.",
  forbidden: 'Only an admin can do this.',
  not_found: 'Not found. Update the mini program and try again.',
  session_key_expired: 'The WeChat session was renewed. Try again.',
  username_taken: 'This username is taken. Choose another one.',
  username_immutable: 'You cannot change your username.',
  password_not_set: 'This account has no password. Log in with WeChat and set one.',
  last_login_method: 'You could not log in any more. Set a password first.',
  wechat_already_bound: 'Another WeChat account is linked to this account. Unlink it first.',
  cannot_modify_self: 'You cannot do this to your own account.',
  body_too_large: 'Too much content. Shorten it and try again.',
  image_too_large: 'This image has too many pixels. Choose another one.',
  unsupported_media_type: 'Unsupported format. Update the mini program and try again.',
  birthday_below_minimum_age: 'This is below the minimum age. A guardian must agree first.',
  content_rejected: 'This did not pass the content check. Change it and try again.',
  headers_too_large: 'Invalid request. Update the mini program and try again.',
  storage_unavailable: 'Images are unavailable right now. Try again later.',
  content_check_unavailable: 'The content check is unavailable, so nothing was saved. Try again later.',
  phone_code_invalid: "Couldn't get your phone number. Try again.",
  phone_blocked: "Can't get your phone number right now. Everything else works.",
  account_conflict: 'This belongs to another account.',
  shared_account_choice: 'You have an account in another mini program. Choose whether to use it here.',
  phone_not_permitted: "Can't get your phone number right now. Everything else works.",
  phone_quota_exhausted: "Can't get your phone number right now. Everything else works.",
  privacy_denied: 'You did not accept the privacy guidelines. Tap again to choose.',
  privacy_undeclared: 'The privacy guidelines do not declare this use yet.',
  phone_code_missing: 'Your WeChat is too old to share a phone number. Update WeChat.',
  phone_failed: "Couldn't get your phone number. Try again.",
}

export const errorMessages = { zh_CN, en }
