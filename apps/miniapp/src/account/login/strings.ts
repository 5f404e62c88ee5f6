type LoginWords = {
  title: string
  lead: string
  button: string
  busy: string
  wait: (seconds: number) => string
  phoneButton: string
  /** What the number is for. */
  phonePurpose: string
  phoneRefused: string
  /** The number is another account's, whose name is shown in part. */
  phoneTaken: (nicknameMasked: string) => string
  /** The same where the two can be joined after a login with WeChat. */
  phoneTakenMergeable: (nicknameMasked: string) => string
  password: string
  notNow: string
  agree: string
  comma: string
  and: string
  agreement: string
  privacy: string
  guide: string
  sheetTitle: string
  sheetBody: string
  sheetAgree: string
  sheetAgreePhone: string
  sheetRefuse: string
  welcome: string
  welcomeBack: string
  /** After a login whose number led to an existing account. */
  joinedTitle: string
  joinedBody: (name: string) => string
  joinedRead: string
}

const zh_CN: LoginWords = {
  title: '登录',
  lead: '登录后即可查看和管理你的账号。用微信登录，不需要手机号、头像和昵称。',
  button: '微信一键登录',
  busy: '正在登录',
  wait: (seconds) => `${seconds} 秒后可以再试`,
  phoneButton: '手机号快捷登录',
  phonePurpose: '手机号只用来在你更换微信后找回账号，不提供也能登录。',
  phoneRefused: '没有使用你的手机号。不用手机号，用微信也可以登录。',
  phoneTaken: (name) =>
    `这个手机号已属于另一个账号（${name}），所以没有登录。请用微信登录，不需要手机号；如果那是你的账号，也可以用它的密码登录。`,
  phoneTakenMergeable: (name) =>
    `这个手机号已属于另一个账号（${name}），所以没有登录。请用微信登录，之后可以把两个账号合并。`,
  password: '用户名密码登录',
  notNow: '暂不登录',
  agree: '我已阅读并同意',
  comma: '、',
  and: '和',
  agreement: '《用户协议》',
  privacy: '《隐私政策》',
  guide: '《隐私保护指引》',
  sheetTitle: '请先阅读并同意',
  sheetBody: '登录之前，请阅读下面的文件。同意之后才会为你登录。',
  sheetAgree: '同意并登录',
  sheetAgreePhone: '同意并用手机号登录',
  sheetRefuse: '暂不同意',
  welcome: '欢迎你',
  welcomeBack: '欢迎回来',
  joinedTitle: '已登录原有账号',
  joinedBody: (name) => `此手机号绑定的账号是“${name}”，已为你登录。该账号在其他设备上的登录已退出。`,
  joinedRead: '知道了',
}

const en: LoginWords = {
  title: 'Log in',
  lead: 'See and manage your account once you are logged in. With WeChat, no phone number, picture or nickname is needed.',
  button: 'Log in with WeChat',
  busy: 'Logging in',
  wait: (seconds) => `Try again in ${seconds} s`,
  phoneButton: 'Log in with phone number',
  phonePurpose: 'Only to find your account again should you change WeChat. You can log in without it.',
  phoneRefused: 'Your number was not used. You can log in with WeChat, without a number.',
  phoneTaken: (name) =>
    `This number belongs to another account (${name}), so you are not logged in. Log in with WeChat, without a number; or with its password if that account is yours.`,
  phoneTakenMergeable: (name) =>
    `This number belongs to another account (${name}), so you are not logged in. Log in with WeChat, and you can join the two accounts.`,
  password: 'Use a password',
  notNow: 'Not now',
  agree: 'I have read and accept the',
  comma: ', the',
  and: 'and the',
  agreement: 'Terms of Use',
  privacy: 'Privacy Policy',
  guide: 'privacy guide',
  sheetTitle: 'Please read and accept',
  sheetBody: 'Please read these documents first. We log you in only after you accept them.',
  sheetAgree: 'Accept and log in',
  sheetAgreePhone: 'Accept and log in with phone number',
  sheetRefuse: 'Not yet',
  welcome: 'Welcome',
  welcomeBack: 'Welcome back',
  joinedTitle: 'Logged in to your account',
  joinedBody: (name) =>
    `This phone number belongs to the account “${name}”, and you are now logged in to it. Its other devices were logged out.`,
  joinedRead: 'OK',
}

export const words = { zh_CN, en }
