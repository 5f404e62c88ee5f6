const zh_CN = {
  title: '个人信息保护提示',
  body: '浏览无需登录，登录前会征得你的同意。我们如何处理个人信息，请查看：',
  agreement: '《用户协议》',
  privacy: '《隐私政策》',
  dismiss: '知道了',
}
const en: typeof zh_CN = {
  title: 'Your personal data',
  body: 'You can browse without logging in. We ask for your consent before you log in. To learn how we handle personal data, read:',
  agreement: 'Terms of Use',
  privacy: 'Privacy Policy',
  dismiss: 'Got it',
}

export const strings = { zh_CN, en }
