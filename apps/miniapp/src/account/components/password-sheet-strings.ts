const zh_CN = {
  title: '验证身份',
  body: '为了账号安全，请输入登录密码，确认是你本人操作。',
  bodyOtherWechat: '当前微信未绑定此账号。请输入登录密码，确认是你本人操作。',
  empty: '请输入密码',
  wrong: '密码错误，请重新输入',
  confirm: '确认',
  confirming: '正在验证',
  forgotPassword: '忘记密码？用微信验证',
  otherWechat: '当前微信未绑定此账号，请输入密码',
}
const en: typeof zh_CN = {
  title: 'Verify your identity',
  body: 'To protect your account, enter your password to confirm this change.',
  bodyOtherWechat:
    'This WeChat account is not linked to your account. Enter your password to confirm this change.',
  empty: 'Enter your password',
  wrong: 'Wrong password. Try again.',
  confirm: 'Confirm',
  confirming: 'Verifying',
  forgotPassword: 'Forgot it? Use WeChat',
  otherWechat: 'This WeChat account is not linked to your account. Enter your password.',
}
export const strings = { zh_CN, en }
