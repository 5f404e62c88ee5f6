const zh_CN = {
  why: '登录后可绑定、更换或移除手机号',
  bindTitle: '绑定手机号',
  purpose: '用于手机号登录和找回账号；未经你同意，不用于营销。',
  storage: '手机号加密存储，在小程序中仅显示前三位和后两位。',
  optional: '不绑定不影响使用其他功能，绑定后可随时移除。',
  required:
    '修改昵称、头像等发布信息前，须验证手机号以核验真实身份。绑定后可更换，不能移除。浏览和登录不受影响。',
  bind: '绑定手机号',
  bound: '已绑定的手机号',
  change: '更换手机号',
  changeTitle: '更换手机号？',
  changeBody: '更换后，原手机号将被删除，不能再用于登录和找回此账号。',
  chooseNew: '选择新手机号',
  remove: '移除手机号',
  removeTitle: '移除手机号？',
  removeBody: '移除后，不能再用此手机号登录和找回账号。你可以随时重新绑定。',
  removeConfirm: '移除',
  pending: '请稍候',
  saved: '手机号已保存',
  removed: '手机号已移除',
  denied: '你未授权手机号，浏览和登录不受影响',
  conflict: (name: string) =>
    `该手机号已绑定其他账号（${name}）。如是本人账号，可申请合并；如非本人账号，请联系客服。`,
  conflictUnmergeable: (name: string) =>
    `该手机号已绑定其他账号（${name}），不能与当前账号合并。如需帮助，请联系客服。`,
  merge: '申请合并',
  errors: {
    wechat_misconfigured: '暂时无法获取手机号，请联系客服',
    wechat_rate_limited: '操作过于频繁，请稍后再试',
  },
}

const en: typeof zh_CN = {
  why: 'Log in to add, change or remove your phone number.',
  bindTitle: 'Add your phone number',
  purpose: 'Used to log in and to recover your account. Not for marketing without your consent.',
  storage: 'Stored encrypted. The mini program shows only the first three and last two digits.',
  optional: 'Everything else works without it. You can remove it at any time.',
  required:
    'You need it to publish, such as a nickname or avatar, since your real identity has to be verified. You can change it, but not remove it. Browsing and logging in work without it.',
  bind: 'Add phone number',
  bound: 'Your phone number',
  change: 'Change number',
  changeTitle: 'Change the number?',
  changeBody: 'The old number is deleted. You can no longer log in with it or recover this account by it.',
  chooseNew: 'Choose a new number',
  remove: 'Remove number',
  removeTitle: 'Remove the number?',
  removeBody:
    'You can no longer log in with this number or recover this account by it. You can add it again at any time.',
  removeConfirm: 'Yes',
  pending: 'Please wait',
  saved: 'Phone number saved',
  removed: 'Phone number removed',
  denied: 'You did not share your phone number. You can still browse and log in.',
  conflict: (name) =>
    `This number is linked to another account (${name}). If that account is yours, you can merge them. If not, contact support.`,
  conflictUnmergeable: (name) =>
    `This number is linked to another account (${name}), which cannot be merged with this one. If you need help, contact support.`,
  merge: 'Merge accounts',
  errors: {
    wechat_misconfigured: "Can't get your phone number right now. Contact support.",
    wechat_rate_limited: 'Too many attempts. Try again later.',
  },
}

export const strings = { zh_CN, en }
