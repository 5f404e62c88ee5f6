const zh_CN = {
  agree: '我已阅读并同意',
  comma: '、',
  and: '和',
  agreement: '《用户协议》',
  privacy: '《隐私政策》',
  guide: '《隐私保护指引》',
  title: '请先阅读并同意',
  body: '登录前请阅读并同意以下文件',
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
  guide: 'privacy guide',
  title: 'Read and accept first',
  body: 'To log in, read and accept these documents.',
  accept: 'Accept and log in',
  acceptWithPhone: 'Accept and log in with phone number',
  reject: 'Not now',
}

export const strings = { zh_CN, en }
