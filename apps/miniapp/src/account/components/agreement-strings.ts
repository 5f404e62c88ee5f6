const zh_CN = {
  agree: '我已阅读并同意',
  comma: '、',
  and: '和',
  agreement: '《用户协议》',
  privacy: '《隐私政策》',
  guide: '《小程序用户隐私保护指引》',
  title: '请先阅读并同意',
  body: '请阅读并同意以下协议，同意后继续登录',
  accept: '同意并登录',
  acceptWithPhone: '同意并用手机号登录',
  reject: '暂不同意',
}
const en: typeof zh_CN = {
  agree: 'I have read and accept the',
  comma: ', the',
  and: 'and the',
  agreement: 'Terms of Use',
  privacy: 'Privacy Policy',
  guide: 'User Privacy Guidelines',
  title: 'Read and accept first',
  body: 'Read and accept these documents to continue with the login.',
  accept: 'Accept and log in',
  acceptWithPhone: 'Accept and log in with phone number',
  reject: 'Not now',
}

export const strings = { zh_CN, en }
