const zh_CN = {
  title: '关于与设置',
  language: '语言',
  languages: { system: '跟随微信', zh_CN: '简体中文', en: 'English' },
  version: '版本',
  environments: { develop: '开发版', trial: '体验版', release: '正式版' },
  agreement: '用户协议',
  privacy: '隐私政策',
  guide: '微信隐私保护指引',
  guideMissing: '微信暂时打不开这份指引',
  data: '离开手机的只有这些：登录时，微信给出的一次性凭证、手机的型号与系统、网络地址；以及你自己填写或选择提交的资料。',
}

const en: typeof zh_CN = {
  title: 'About',
  language: 'Language',
  languages: { system: 'As in WeChat', zh_CN: '简体中文', en: 'English' },
  version: 'Version',
  environments: { develop: 'In development', trial: 'On trial', release: 'Released' },
  agreement: 'Terms of Use',
  privacy: 'Privacy Policy',
  guide: 'WeChat privacy guide',
  guideMissing: 'WeChat cannot open this guide right now',
  data: 'This is all that leaves your phone: when you log in, a code from WeChat that works once, the model and system of the phone, and its network address; and whatever you write or choose to submit yourself.',
}

export const words = { zh_CN, en }
