const zh_CN = {
  title: '合并账号',
  why: '登录后，才能把你的两个账号合并成一个。',

  emptyTitle: '现在没有要合并的账号',
  emptyBody: '绑定微信或手机号时，如果它属于你的另一个账号，会从那里来到这一页。',
  back: '返回',

  lead: '你有两个账号。可以合并成一个，以后从哪一边登录都到同一个账号。',
  mine: '当前账号',
  other: '另一个账号',
  stays: '保留',
  goes: '并入',
  nickname: '昵称',
  phone: '手机号',
  noPhone: '没有',
  registeredAt: '注册时间',
  waysIn: '登录方式',
  wechat: '微信',
  password: '密码',
  both: '微信、密码',

  whatTitle: '合并之后',
  what: [
    '先注册的账号保留，另一个账号的内容并入它，然后不再存在。',
    '两边绑定的微信都保留，都登录到同一个账号。',
    '手机号、昵称、头像、性别、生日：保留的账号没有的，用另一个账号的补上。',
    '等级取高的一个；邀请记录和账号动态都归到一起。',
    '其他设备会退出登录，这台手机不受影响。',
  ],
  bothPasswords: '两个账号都有密码：以后用保留账号的用户名和密码登录，另一个的不再有效。',
  bothPhones: '两个账号都有手机号：用保留账号的，另一个的会解除绑定。',

  proveTitle: '证明另一个账号也是你的',
  byWechat: '用当前微信证明',
  byWechatLead: '如果另一个账号绑定的就是当前微信，按下按钮即可。',
  byPassword: '用密码证明',
  otherPassword: '另一个账号的密码',
  passwordMissed: '请填写另一个账号的密码',
  passwordWrong: '另一个账号的密码不对，请检查后再试。',
  anyPasswordWrong: '两个密码中有一个不正确，请检查后重试。',
  differentWechat: '当前微信不是另一个账号绑定的那个，证明不了。',
  expires: (time: string) => `为了安全，请在 ${time} 之前完成。过了这五分钟，就要重新来一次。`,

  merge: '合并账号',
  merging: '正在合并',
  notNow: '暂不合并',
  confirmTitle: '合并成一个账号？',
  confirmBody: (time: string) =>
    `保留 ${time} 注册的账号，另一个账号的内容并入它，其他设备退出登录。合并之后不能撤销。`,
  confirm: '合并',
  done: '两个账号已合并',

  overTitle: '这次机会已失效',
  overBody: '两个账号都没有变。请回到刚才的页面，再按一次绑定，就能重新开始。',

  impossibleTitle: '这两个账号不能合并',
  impossibleBody:
    '其中一个是管理员账号，或已被停用。两个账号都没有变：你可以继续用现在的账号，或退出后登录另一个。需要帮助时，请联系客服。',
  unprovableBody:
    '另一个账号既没有密码，也没有绑定微信，无法证明它是你的。两个账号都没有变。需要帮助时，请联系客服。',
}
const en: typeof zh_CN = {
  title: 'Join accounts',
  why: 'Log in to make one account of your two.',

  emptyTitle: 'There is nothing to join now',
  emptyBody:
    'When you bind a WeChat or a phone number that belongs to another account of yours, you are led here.',
  back: 'Back',

  lead: 'You have two accounts. They can become one, which both ways in lead to.',
  mine: 'This account',
  other: 'The other account',
  stays: 'Stays',
  goes: 'Moves in',
  nickname: 'Nickname',
  phone: 'Phone number',
  noPhone: 'None',
  registeredAt: 'Registered',
  waysIn: 'Ways in',
  wechat: 'WeChat',
  password: 'Password',
  both: 'WeChat, password',

  whatTitle: 'What will happen',
  what: [
    'The account that registered earlier stays. What the other one has moves into it, and the other one is gone.',
    'Every WeChat that is bound to either leads to the one account.',
    'Phone number, nickname, picture, gender, birthday: what the account lacks, it gets from the other.',
    'The higher level counts. Invitations and account activity are put together.',
    'Other devices are logged out. This phone stays logged in.',
  ],
  bothPasswords:
    'Both accounts have a password: the username and password of the one that stays go on working, the others do not.',
  bothPhones:
    'Both accounts have a phone number: the one of the account that stays is kept, the other is unbound.',

  proveTitle: 'Show that the other account is yours',
  byWechat: 'Use this WeChat',
  byWechatLead: 'If this WeChat is bound to the other account, pressing the button is enough.',
  byPassword: 'Use its password',
  otherPassword: "The other account's password",
  passwordMissed: "Please type the other account's password",
  passwordWrong: "This is not the other account's password. Please check it and try again.",
  anyPasswordWrong: 'One of the two passwords is wrong. Please check both and try again.',
  differentWechat: 'This WeChat is not the one of the other account, so it proves nothing.',
  expires: (time) =>
    `To keep you safe, this must be done before ${time}. After those five minutes, start again.`,

  merge: 'Join the accounts',
  merging: 'Joining',
  notNow: 'Not now',
  confirmTitle: 'Make them one account?',
  confirmBody: (time) =>
    `The account registered on ${time} stays, what the other has moves into it, and other devices are logged out. This cannot be undone.`,
  confirm: 'Join',
  done: 'The accounts are one now',

  overTitle: 'This offer has ended',
  overBody: 'Both accounts are as they were. Go back to where you were and bind once more to start again.',

  impossibleTitle: 'These two cannot be joined',
  impossibleBody:
    'One of them belongs to an administrator or is disabled. Both are as they were: go on with this one, or log out and into the other. If you need help, contact support.',
  unprovableBody:
    'The other account has neither a password nor WeChat, so nothing can show that it is yours. Both are as they were. If you need help, contact support.',
}
export const words = { zh_CN, en }
