export const strings = {
  zh_CN: {
    notMine: '不是我的账号',
    title: '手机号未绑定',
    body: '两个账号均未改变，不绑定手机号也可继续使用。如号码现由你使用，请联系客服处理。',
    goOn: '继续使用',
  },
  en: {
    notMine: "That's not my account",
    title: 'Phone number not linked',
    body: 'Neither account has changed, and you can go on without the number. If the number is yours now, contact support.',
    goOn: 'Go on',
  },
}
