const zh_CN = {
  title: '撤回同意',
  body: '撤回对用户协议和隐私政策的同意后，所有设备都会退出登录。再次登录时需重新同意。如不再使用，可同时注销账号，删除你的数据。',
  wechat:
    '你也可以点击右上角“…”>“设置”>“小程序已获取的信息”>“通知开发者删除”，我们收到后会删除相应的微信授权信息。',
  withDeletion: '撤回同意并注销账号',
  done: '已撤回同意',
  dialog: {
    title: '确定撤回同意？',
    body: '所有设备都会退出登录，撤回前的处理不受影响。账号和数据会保留，如需删除，请选择“撤回同意并注销账号”。',
    confirm: '撤回',
    cancel: '取消',
  },
}

const en: typeof zh_CN = {
  title: 'Withdraw consent',
  body: 'Withdrawing your consent to our terms logs you out on all devices. Your next login asks for your consent again. If you leave for good, delete the account with your data in the same step.',
  wechat:
    'You can also tap “…” at the top right > “设置” > “小程序已获取的信息” > “通知开发者删除”. We then delete the data that WeChat gave us.',
  withDeletion: 'Withdraw and delete account',
  done: 'Consent withdrawn',
  dialog: {
    title: 'Withdraw your consent?',
    body: 'You are logged out on all devices. Processing before the withdrawal stays lawful. Your account and data stay: to delete them too, choose “Withdraw and delete account”.',
    confirm: 'Yes',
    cancel: 'No',
  },
}

export const withdrawStrings = { zh_CN, en }
