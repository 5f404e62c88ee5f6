const zh_CN = {
  title: '密码登录',
  lead: '用你设置过的用户名和密码登录。没有设置过？请用微信登录。',
  usernameMissed: '请填写用户名',
  passwordMissed: '请填写密码',
  login: '登录',
  loggingIn: '正在登录',
  forgotten: '忘记密码',
  bindTitle: '同时绑定当前微信',
  bindBody: '绑定后，以后按一下微信登录就能进入这个账号。别人的手机上请不要打开。',
  conflict: '没有登录：当前微信已经是另一个账号的登录方式，不能再绑定到这个账号。',
  withoutBinding: '不绑定，直接登录',
  thenMerge: '登录后合并两个账号',
  alreadyBound: '没有登录：这个账号已绑定了另一个微信。关掉“同时绑定当前微信”，就可以登录。',
}
const en: typeof zh_CN = {
  title: 'Password login',
  lead: 'Use the username and password that you have set. Never set any? Log in with WeChat.',
  usernameMissed: 'Please type your username',
  passwordMissed: 'Please type your password',
  login: 'Log in',
  loggingIn: 'Logging in',
  forgotten: 'Forgot the password',
  bindTitle: 'Bind this WeChat too',
  bindBody:
    "From then on, one press on the WeChat login leads to this account. Leave it off on somebody else's phone.",
  conflict: 'Not logged in: this WeChat already leads to another account, so it cannot be bound to this one.',
  withoutBinding: 'Log in without binding',
  thenMerge: 'Log in, then join the two',
  alreadyBound:
    'Not logged in: another WeChat is bound to this account. Switch off “Bind this WeChat too” to log in.',
}
export const words = { zh_CN, en }
