const zh_CN = {
  title: '撤回同意',
  body: '撤回对用户协议和隐私政策的同意后，所有设备都会退出登录。账号和数据会保留到你注销账号为止，再次登录时需重新同意。',
  wechat: '你也可以在微信的小程序资料页中清除授权数据并通知开发者删除，我们收到后会删除相应的微信授权信息。',
  done: '已撤回同意',
  dialog: {
    title: '确定撤回同意？',
    body: '所有设备都会退出登录，撤回前的处理不受影响。如需删除数据，请注销账号。',
    confirm: '撤回',
    cancel: '取消',
  },
}

const en: typeof zh_CN = {
  title: 'Withdraw consent',
  body: 'Withdrawing your consent to our terms logs you out on all devices. Your account and data stay until you delete the account. Your next login asks for your consent again.',
  wechat:
    'You can also clear your authorized data in WeChat, on the profile page of the mini program, and notify us to delete it. We then delete the WeChat data.',
  done: 'Consent withdrawn',
  dialog: {
    title: 'Withdraw your consent?',
    body: 'You are logged out on all devices. Processing before the withdrawal stays lawful. To delete your data, delete your account.',
    confirm: 'Yes',
    cancel: 'No',
  },
}

export const withdrawStrings = { zh_CN, en }
