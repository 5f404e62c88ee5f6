const zh_CN = {
  username: '用户名',
  password: '密码',
  newPassword: '新密码',
  newPasswordRule: '8 到 128 个字符，越长越安全。不要求大小写或符号。',
  newPasswordMissed: '密码要有 8 到 128 个字符',
  show: '显示',
  hide: '隐藏',
}
const en: typeof zh_CN = {
  username: 'Username',
  password: 'Password',
  newPassword: 'New password',
  newPasswordRule: '8 to 128 characters; the longer, the safer. No capitals or symbols needed.',
  newPasswordMissed: 'A password has 8 to 128 characters',
  show: 'Show',
  hide: 'Hide',
}

/** The words of every page that asks for a password. */
export const passwordWords = { zh_CN, en }
