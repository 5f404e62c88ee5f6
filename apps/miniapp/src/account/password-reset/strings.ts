const zh_CN = {
  title: '重设密码',
  lead: '按下按钮时，由你现在的微信证明是你本人。它要已经绑定在设过密码的账号上。',
  everywhere: '重设之后，这个账号在所有设备上都会退出登录，需要用新密码或微信重新登录。',
  reset: '重设密码',
  resetting: '正在重设',
  notSet: '当前微信没有绑定设过密码的账号。请换成绑定过的微信，或直接用微信登录。',
  doneTitle: '新密码已设好',
  doneBody: '这个账号在所有设备上都已退出。请用原来的用户名和新密码登录。',
  login: '用新密码登录',
}
const en: typeof zh_CN = {
  title: 'New password',
  lead: 'When you press the button, your WeChat shows that it is you. It must be bound to an account that has a password.',
  everywhere:
    'The account is then logged out on all devices. Log in again with the new password or with WeChat.',
  reset: 'Reset the password',
  resetting: 'Resetting',
  notSet:
    'This WeChat is not bound to an account with a password. Use the WeChat that is, or simply log in with WeChat.',
  doneTitle: 'The new password is set',
  doneBody: 'The account is logged out on all devices. Log in with your username and the new password.',
  login: 'Log in now',
}
export const words = { zh_CN, en }
