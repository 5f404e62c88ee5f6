const zh_CN = {
  language: '语言',
  languages: { system: '跟随微信', zh_CN: '简体中文', en: 'English' },
  version: '版本',
  environments: { develop: '开发版', trial: '体验版', release: '正式版' },
  agreement: '用户协议',
  privacy: '隐私政策',
  guide: '小程序用户隐私保护指引',
  report: '投诉举报',
  rights: '个人信息权利请求',
  channels: {
    report: '你可以通过以下方式投诉或举报违法违规内容和行为，我们将在 15 个工作日内答复。',
    rights:
      '你可以查阅、复制、更正、补充或删除个人信息，撤回同意，或要求解释处理规则。请通过以下方式提出，我们核实身份后将在 15 个工作日内答复。',
  },
  email: '邮箱',
  phone: '电话',
  address: '地址',
  close: '关闭',
  data: '登录与账号功能处理哪些信息、用于什么目的，见《隐私政策》。',
  howLoginWorks: '登录流程',
  steps: [
    { title: '点击登录', body: '小程序向微信获取登录凭证，五分钟内有效，仅可使用一次。' },
    {
      title: '服务器向微信核实',
      body: '服务器用凭证向微信换取你的用户标识。微信的会话密钥只保存在服务器，不会发送到手机。',
    },
    { title: '识别身份', body: '首次登录自动创建账号，再次登录进入同一账号。' },
    { title: '保持登录', body: '手机保存登录令牌，到期前自动更新，退出登录后立即失效。' },
  ],
}

const en: typeof zh_CN = {
  language: 'Language',
  languages: { system: 'Same as WeChat', zh_CN: '简体中文', en: 'English' },
  version: 'Version',
  environments: { develop: 'Development', trial: 'Trial', release: 'Release' },
  agreement: 'Terms of Use',
  privacy: 'Privacy Policy',
  guide: 'User Privacy Guidelines',
  report: 'Complaints and reports',
  rights: 'Personal data requests',
  channels: {
    report: 'Report illegal content or misconduct, or complain, here. We reply within 15 working days.',
    rights:
      'You can ask for access to your personal data, a copy, a correction or its deletion, withdraw consent, or ask how we process it. We verify your identity and reply within 15 working days.',
  },
  email: 'Email',
  phone: 'Phone',
  address: 'Address',
  close: 'Close',
  data: 'The Privacy Policy says which information login and account use, and what for.',
  howLoginWorks: 'How login works',
  steps: [
    {
      title: 'You tap Log in',
      body: 'The mini program gets a login code from WeChat. It works once and expires after five minutes.',
    },
    {
      title: 'The server asks WeChat',
      body: "The server exchanges the code for your user identifier. WeChat's session key stays on the server and is never sent to the phone.",
    },
    {
      title: 'Your account is found',
      body: 'Your first login creates an account. Later logins open the same account.',
    },
    {
      title: 'You stay logged in',
      body: 'Your phone keeps login tokens and renews them before they expire. Logging out invalidates them at once.',
    },
  ],
}

export const strings = { zh_CN, en }
