const zh_CN = {
  title: '密码登录',
  lead: '使用已设置的用户名和密码登录。未设置过？请用微信登录。',
  usernameEmpty: '请输入用户名',
  passwordEmpty: '请输入密码',
  login: '登录',
  loggingIn: '正在登录',
  forgotPassword: '忘记密码',
  bindTitle: '同时绑定当前微信',
  bindBody: '绑定后可用微信一键登录此账号，请勿在他人手机上开启。',
  conflict: '登录失败：当前微信已绑定另一个账号，不能再绑定到此账号',
  withoutBinding: '不绑定，直接登录',
  mergeAfterLogin: '登录后合并两个账号',
  alreadyBound: '登录失败：此账号已绑定另一个微信，请关闭“同时绑定当前微信”后登录',
}
const en: typeof zh_CN = {
  title: 'Password login',
  lead: 'Log in with your username and password. No password yet? Log in with WeChat.',
  usernameEmpty: 'Enter your username',
  passwordEmpty: 'Enter your password',
  login: 'Log in',
  loggingIn: 'Logging in',
  forgotPassword: 'Forgot password',
  bindTitle: 'Also link this WeChat',
  bindBody: "You can then log in with one tap. Leave it off on someone else's phone.",
  conflict: 'Not logged in: this WeChat account is linked to another account.',
  withoutBinding: 'Log in without linking',
  mergeAfterLogin: 'Log in and merge accounts',
  alreadyBound:
    'Not logged in: another WeChat account is linked to this account. Switch off “Also link this WeChat” to log in.',
}
export const strings = { zh_CN, en }
