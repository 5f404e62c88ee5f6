const zh_CN = {
  username: '用户名',
  password: '密码',
  newPassword: '新密码',
  newPasswordRule: '8 到 128 个字符，不限大小写和符号，越长越安全',
  newPasswordInvalid: '密码须为 8 到 128 个字符',
  show: '显示',
  hide: '隐藏',
}
const en: typeof zh_CN = {
  username: 'Username',
  password: 'Password',
  newPassword: 'New password',
  newPasswordRule: '8 to 128 characters. Longer is safer.',
  newPasswordInvalid: 'Use 8 to 128 characters',
  show: 'Show',
  hide: 'Hide',
}

/** Shared by all pages with a password field. */
export const passwordStrings = { zh_CN, en }
