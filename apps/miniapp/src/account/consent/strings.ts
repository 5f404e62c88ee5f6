const zh_CN = {
  title: '协议更新',
  heading: '用户协议和隐私政策已更新',
  body: '请阅读以下协议，同意后继续使用账号功能。',
  changes: '主要变更',
  agreement: '《用户协议》',
  privacy: '《隐私政策》',
  version: (day: string) => `${day} 版`,
  accept: '同意并继续',
  decline: '暂不同意',
  declineHint:
    '不同意也可以继续浏览，登录状态会保留。如需撤回同意或注销账号，可在“我的 > 数据与注销”中操作。',
  updateHeading: '请更新小程序',
  updateBody: '用户协议或隐私政策有新版本，当前版本的小程序无法显示。请更新后继续使用账号功能。',
  update: '立即更新',
  updateNotReady: '新版本下载中，请稍后重试',
}

const en: typeof zh_CN = {
  title: 'Updated terms',
  heading: 'Our terms have changed',
  body: 'Read the documents and accept them to go on using your account.',
  changes: 'What has changed',
  agreement: 'Terms of Use',
  privacy: 'Privacy Policy',
  version: (day) => day,
  accept: 'Accept and continue',
  decline: 'Not now',
  declineHint:
    'You can go on browsing and stay logged in. To withdraw your consent or delete your account, open Me > Data & privacy.',
  updateHeading: 'Update the mini program',
  updateBody:
    'This version of the mini program does not contain our new terms. Update it to go on using your account.',
  update: 'Update now',
  updateNotReady: 'Still downloading. Try again soon.',
}

export const strings = { zh_CN, en }
