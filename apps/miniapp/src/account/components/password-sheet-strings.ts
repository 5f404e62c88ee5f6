const zh_CN = {
  title: '验证身份',
  body: '为了账号安全，请输入登录密码，确认是你本人操作。',
  bodyOtherWechat: '当前微信未绑定此账号。请输入登录密码，确认是你本人操作。',
  missed: '请输入密码',
  wrong: '密码错误，请重新输入',
  confirm: '确认',
  confirming: '正在验证',
  forgotten: '忘记密码？用微信验证',
  otherWechat: '当前微信未绑定此账号，请输入密码。',
}
const en: typeof zh_CN = {
  title: 'Verify that it is you',
  body: 'To protect your account, enter your password to confirm this change.',
  bodyOtherWechat:
    'The WeChat account on this phone is not bound to this account. Enter your password to confirm this change.',
  missed: 'Enter your password',
  wrong: 'Wrong password. Please try again.',
  confirm: 'Confirm',
  confirming: 'Verifying',
  forgotten: 'Forgot it? Use WeChat',
  otherWechat: 'The WeChat account on this phone is not bound to this account. Enter the password.',
}
export const words = { zh_CN, en }
