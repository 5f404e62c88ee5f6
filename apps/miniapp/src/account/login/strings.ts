const zh_CN = {
  title: '登录',
  lead: '登录后可查看和管理你的账号。微信登录无需手机号、头像和昵称。',
  button: '微信一键登录',
  loggingIn: '正在登录',
  phoneButton: '手机号快捷登录',
  phonePurpose: '用于登录和找回账号，可不提供',
  phoneDenied: '你未授权手机号，仍可使用微信登录',
  phoneTaken: (name: string) =>
    `该手机号已绑定其他账号（${name}）。如是本人账号，可用密码登录；如非本人账号，请用微信登录或联系客服。`,
  phoneTakenMergeable: (name: string) =>
    `该手机号已绑定其他账号（${name}）。如是本人账号，微信登录后可申请合并；如非本人账号，请联系客服。`,
  phoneNotMine: '不绑定该手机号，请继续用微信登录',
  outdated: '协议有新版本，请更新小程序后登录',
  passwordButton: '用户名密码登录',
  notNow: '暂不登录',
  welcome: '登录成功',
  welcomeBack: '欢迎回来',
  joinedTitle: '已登录原有账号',
  joinedBody: (name: string) => `该手机号绑定的账号是“${name}”，已为你登录，其他设备已退出。`,
  joinedDismiss: '知道了',
  sharedTitle: '使用已有账号？',
  sharedBody: (appNames: string[], name: string) =>
    `你在${appNames.map((appName) => `「${appName}」`).join('、')}已有账号（${name}）。使用该账号登录后，账号资料将在这些小程序间共用；也可以创建独立的新账号。`,
  sharedJoin: '使用该账号',
  sharedSeparate: '创建新账号',
}

const en: typeof zh_CN = {
  title: 'Log in',
  lead: 'Log in to see and manage your account. WeChat login needs no phone number, avatar or nickname.',
  button: 'Log in with WeChat',
  loggingIn: 'Logging in',
  phoneButton: 'Log in with phone number',
  phonePurpose: 'Optional. Used to log in and to recover your account.',
  phoneDenied: 'You did not share your phone number. You can still log in with WeChat.',
  phoneTaken: (name) =>
    `This number is linked to another account (${name}). If that account is yours, log in with its password. If not, log in with WeChat or contact support.`,
  phoneTakenMergeable: (name) =>
    `This number is linked to another account (${name}). If that account is yours, log in with WeChat to merge them. If not, contact support.`,
  phoneNotMine: 'The number is not linked. Go on with WeChat.',
  outdated: 'Our terms have changed. Update the mini program to log in.',
  passwordButton: 'Log in with password',
  notNow: 'Not now',
  welcome: 'Logged in',
  welcomeBack: 'Welcome back',
  joinedTitle: 'Logged in to your account',
  joinedBody: (name) =>
    `This phone number belongs to the account “${name}”. You are now logged in to it, and its other devices were logged out.`,
  joinedDismiss: 'OK',
  sharedTitle: 'Use your existing account?',
  sharedBody: (appNames, name) =>
    `You have an account (${name}) in ${appNames.join(', ')}. If you use it here, these mini programs share its data. You can also create a separate account.`,
  sharedJoin: 'Use this account',
  sharedSeparate: 'Create a new account',
}

export const strings = { zh_CN, en }
