const zh_CN = {
  title: '重设密码',
  lead: '将使用当前微信验证身份，当前微信须已绑定设置过密码的账号。',
  everywhere: '重设后，此账号在所有设备上都会退出，需用新密码或微信重新登录。',
  reset: '重设密码',
  resetting: '正在重设',
  notSet: '当前微信未绑定设置过密码的账号。请换用已绑定的微信，或直接用微信登录。',
  doneTitle: '密码已重设',
  doneBody: '此账号在所有设备上都已退出，请用原用户名和新密码登录。',
  login: '去登录',
}
const en: typeof zh_CN = {
  title: 'Reset password',
  lead: 'Your WeChat account verifies your identity. It must be linked to an account with a password.',
  everywhere: 'Your account is then logged out on all devices. Log in again with the new password or WeChat.',
  reset: 'Reset password',
  resetting: 'Resetting',
  notSet:
    'This WeChat account is not linked to an account with a password. Use the linked one, or log in with WeChat.',
  doneTitle: 'Password reset',
  doneBody: 'Your account is logged out on all devices. Log in with your username and the new password.',
  login: 'Log in',
}
export const strings = { zh_CN, en }
