const zh_CN = {
  language: '语言',
  languages: { system: '跟随微信', zh_CN: '简体中文', en: 'English' },
  version: '版本',
  environments: { develop: '开发版', trial: '体验版', release: '正式版' },
  agreement: '用户协议',
  privacy: '隐私政策',
  guide: '微信隐私保护指引',
  data: '离开手机的只有这些：登录或证明是你本人时，微信给出的一次性凭证、手机的型号与系统、网络地址；以及你自己填写或选择提交的资料。',
  walkTitle: '一次登录是怎样走完的',
  walk: [
    { title: '你按下按钮', body: '小程序向微信要一个登录凭证，它只能用一次，五分钟后失效。' },
    {
      title: '服务器向微信核实',
      body: '凭证交给服务器去核对。微信的会话密钥只留在服务器上，从不发到手机。',
    },
    { title: '认出是你', body: '第一次来，就为你建一个账号；再来，就认得你。' },
    { title: '安心停留', body: '手机拿到的是我们自己的令牌，快到期时自动换新；退出登录，它随即作废。' },
  ],
}

const en: typeof zh_CN = {
  language: 'Language',
  languages: { system: 'As in WeChat', zh_CN: '简体中文', en: 'English' },
  version: 'Version',
  environments: { develop: 'In development', trial: 'On trial', release: 'Released' },
  agreement: 'Terms of Use',
  privacy: 'Privacy Policy',
  guide: 'WeChat privacy guide',
  data: 'This is all that leaves your phone: when you log in or prove that it is you, a code from WeChat that works once, the model and system of the phone, and its network address; and whatever you write or choose to submit yourself.',
  walkTitle: 'How one login works',
  walk: [
    {
      title: 'You press the button',
      body: 'WeChat hands out a code. It works once and dies after five minutes.',
    },
    {
      title: 'The server asks WeChat',
      body: "It exchanges the code. WeChat's session key stays on the server and never reaches the phone.",
    },
    {
      title: 'You are recognised',
      body: 'The first time, an account is made for you; after that, we know you.',
    },
    {
      title: 'You stay',
      body: 'The phone gets tokens of our own, renewed before they expire. A logout makes them worthless.',
    },
  ],
}

export const words = { zh_CN, en }
