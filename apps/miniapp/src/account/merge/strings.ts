const zh_CN = {
  title: '合并账号',
  why: '登录后可将你的两个账号合并为一个',

  emptyTitle: '暂无可合并的账号',
  emptyBody: '绑定微信或手机号时，如果它属于你的另一个账号，可在此合并。',
  back: '返回',

  lead: '如果另一个账号也是你的，验证后可合并为一个，原来的登录方式都能登录合并后的账号。',
  ownAccount: '当前账号',
  otherAccount: '另一个账号',
  nickname: '昵称',
  phone: '手机号',
  noPhone: '未绑定',
  registeredAt: '注册时间',

  consequencesTitle: '合并后',
  consequences: [
    '保留先注册的账号，另一个账号的内容并入其中并注销。',
    '两个账号绑定的微信都会保留，均可登录。',
    '手机号、昵称、头像等资料：保留账号未填写的，使用另一个账号的。',
    '等级取较高的一个，邀请记录和登录记录会合并。',
    '其他设备会退出登录，本机不受影响。',
  ],
  bothPasswords: '如果两个账号都有密码：使用保留账号的用户名和密码登录，另一个失效。',
  bothPhones: '如果两个账号都有手机号：使用保留账号的，另一个会解除绑定。',

  proofTitle: '验证另一个账号',
  useWechat: '用当前微信验证',
  wechatHint: '如果另一个账号绑定的是当前微信，直接点击合并即可。',
  usePassword: '用密码验证',
  otherPassword: '另一个账号的密码',
  passwordEmpty: '请输入另一个账号的密码',
  passwordWrong: '密码错误，请重新输入另一个账号的密码',
  eitherPasswordWrong: '两个密码中有一个错误，请检查后重试',
  differentWechat: '当前微信未绑定另一个账号，无法验证',
  expires: (time: string) => `为了账号安全，请在 ${time} 前完成，超时需重新操作。`,

  merge: '合并账号',
  merging: '正在合并',
  notNow: '暂不合并',
  confirmTitle: '合并为一个账号？',
  confirmBody: '将保留先注册的账号，另一个账号的内容并入其中，其他设备退出登录。合并后无法撤销。',
  confirm: '合并',
  done: '账号已合并',

  expiredTitle: '合并请求已过期',
  expiredBody: '两个账号均未改变。请返回上一页重新绑定。',

  impossibleTitle: '无法合并这两个账号',
  impossibleBody: '两个账号均未改变，你可以继续使用当前账号，或退出后登录另一个。如需帮助，请联系客服。',
}
const en: typeof zh_CN = {
  title: 'Merge',
  why: 'Log in to merge your two accounts.',

  emptyTitle: 'Nothing to merge',
  emptyBody:
    'When you link a WeChat account or a phone number that belongs to another account of yours, you can merge them here.',
  back: 'Back',

  lead: 'If the other account is yours too, you can verify it, merge both and keep all your login methods.',
  ownAccount: 'This account',
  otherAccount: 'The other account',
  nickname: 'Nickname',
  phone: 'Phone number',
  noPhone: 'None',
  registeredAt: 'Registered',

  consequencesTitle: 'After the merge',
  consequences: [
    'The older account is kept. The content of the other account moves into it, and the other account is deleted.',
    'The WeChat accounts linked to either account can log in.',
    'Phone number, nickname, avatar and the rest of the profile: what the kept account lacks comes from the other.',
    'The higher level counts. Invitations and login history are combined.',
    'Other devices are logged out. This phone stays logged in.',
  ],
  bothPasswords:
    'If both accounts have a password: the username and password of the kept account stay valid, the others do not.',
  bothPhones:
    'If both accounts have a phone number: the number of the kept account stays, the other is removed.',

  proofTitle: 'Verify the other account',
  useWechat: 'Use this WeChat',
  wechatHint: 'If this WeChat account is linked to the other account, just tap Merge.',
  usePassword: 'Use its password',
  otherPassword: "The other account's password",
  passwordEmpty: "Enter the other account's password",
  passwordWrong: 'Wrong password for the other account. Try again.',
  eitherPasswordWrong: 'One of the two passwords is wrong. Check both and try again.',
  differentWechat: 'This WeChat account is not linked to the other account.',
  expires: (time) => `For your security, finish before ${time}, or start again.`,

  merge: 'Merge accounts',
  merging: 'Merging',
  notNow: 'Not now',
  confirmTitle: 'Merge these accounts?',
  confirmBody:
    'The older account is kept, the content of the other moves into it, and other devices are logged out. This cannot be undone.',
  confirm: 'Yes',
  done: 'Accounts merged',

  expiredTitle: 'Merge request expired',
  expiredBody: 'Neither account has changed. Go back and try again.',

  impossibleTitle: "Can't merge these accounts",
  impossibleBody:
    'Neither account has changed: keep using this one, or log out and log in to the other. If you need help, contact support.',
}
export const strings = { zh_CN, en }
