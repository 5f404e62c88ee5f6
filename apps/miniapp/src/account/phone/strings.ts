const zh_CN = {
  why: '登录后，你可以绑定、更换或移除手机号。',
  bindTitle: '绑定手机号',
  purpose:
    '只为一件事：换了微信以后，用这个手机号登录，就能找回现在的账号。我们不会打电话、发短信或用来推销。',
  storage: '号码加密保存，只显示首尾几位，随时可以移除。',
  optional: '不绑定，其他功能也照常使用。',
  bind: '绑定手机号',
  yours: '已绑定的手机号',
  change: '更换手机号',
  changeTitle: '更换手机号？',
  changeBody: '换上新号码以后，原来的号码会被删除，不能再用它找回这个账号。',
  choose: '选择新号码',
  remove: '移除手机号',
  removeTitle: '移除手机号？',
  removeBody: '号码会从服务器上删除。以后换了微信，就不能再用它找回这个账号。你可以随时重新绑定。',
  removeConfirm: '移除',
  busy: '请稍候',
  saved: '手机号已保存',
  removed: '手机号已移除',
  refused: '没关系，号码没有给出去，什么都没有变。不绑定手机号，也能照常使用所有功能。',
  conflict: (name: string, day: string) =>
    `这个号码已属于另一个账号：${name}，注册于 ${day}。如果那也是你的，可以把两个账号合并成一个。`,
  conflictForGood: (name: string, day: string) =>
    `这个号码已属于另一个账号：${name}，注册于 ${day}，不能与现在的账号合并。什么都没有变。`,
  merge: '合并两个账号',
  problems: {
    wechat_misconfigured: '服务器与微信的连接设置有误，暂时取不到手机号。请联系客服。',
    wechat_rate_limited: '取手机号的人有点多，微信请我们慢一些。请稍候再试。',
  },
}

const en: typeof zh_CN = {
  why: 'Once you are logged in, you can bind, change or remove your phone number.',
  bindTitle: 'Bind your phone number',
  purpose:
    'For one thing only: if you change to another WeChat account, logging in with this number brings you back to this account. We do not call, text or advertise.',
  storage: 'It is stored encrypted, shown with its middle hidden, and can be removed at any time.',
  optional: 'Everything else works without it.',
  bind: 'Bind phone number',
  yours: 'Your phone number',
  change: 'Change number',
  changeTitle: 'Change the number?',
  changeBody:
    'Once the new number is bound, the old one is deleted and can no longer bring you back to this account.',
  choose: 'Choose the new number',
  remove: 'Remove number',
  removeTitle: 'Remove the number?',
  removeBody:
    'It is deleted from the server. If you change to another WeChat account, it can no longer bring you back to this one. You can bind it again at any time.',
  removeConfirm: 'OK',
  busy: 'One moment',
  saved: 'Phone number saved',
  removed: 'Phone number removed',
  refused: 'That is fine: no number was given, and nothing has changed. Everything works without one.',
  conflict: (name, day) =>
    `This number belongs to another account: ${name}, registered on ${day}. If that is yours too, the two can become one.`,
  conflictForGood: (name, day) =>
    `This number belongs to another account: ${name}, registered on ${day}, which cannot be joined with this one. Nothing has changed.`,
  merge: 'Join the accounts',
  problems: {
    wechat_misconfigured:
      'The server is not set up for WeChat correctly, so it gets no phone number. Please contact support.',
    wechat_rate_limited:
      'WeChat asks us to slow down with phone numbers. Please wait a moment and try again.',
  },
}

export const words = { zh_CN, en }
