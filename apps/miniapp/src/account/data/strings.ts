import type { ErrorCode } from '@repo/shared'

/** What this page knows of a refusal beyond its code: that nothing was done. */
type Problems = Partial<Record<ErrorCode, string>>

const zh_CN = {
  why: '登录后，可以带走账号的全部数据，或注销账号。',

  exportTitle: '导出我的数据',
  exportBody: '你在这里的全部数据，整理成一个文件。里面有完整的手机号和网络地址，请只发给自己信任的人。',
  export: '导出',
  exporting: '正在整理',
  exportTooOften: '一小时内只能导出几次，请过一会儿再来。',
  exportedAt: '整理于',
  logins: '登录记录',
  events: '账号动态',
  wechats: '绑定的微信',
  phone: '手机号',
  count: (number: number) => `${number} 条`,
  isIn: '有',
  isNotIn: '无',
  fileName: '我的账号数据.json',
  send: '发送到聊天',
  sent: '已发送',
  sendFailed: '文件没有发出去。可以再试一次，或改用复制。',
  copy: '复制全文',
  copyOnly: '这台手机上不能发送文件，可以复制全文，再粘贴到别处。',
  copyProblems: {
    refused: '你没有同意隐私保护指引，所以没有复制。再按一次，可以重新选择。',
    undeclared: '这个小程序还不能使用剪贴板。请改用其他方式，或联系客服。',
    failed: '没有复制成功，请再试一次。',
  },

  deleteHead: '注销账号',
  deleteBody: '注销立即生效，无法撤销。以后再登录，会是一个全新的账号。',
  goneTitle: '会删除',
  gone: [
    '昵称、头像、性别、生日',
    '手机号、用户名和密码',
    '与微信的绑定',
    '设备和网络地址；所有设备都会退出',
  ],
  staysTitle: '会保留',
  stays: ['账号编号，它不再对应任何资料', '什么时间有过什么操作的记录，其中不再有你的身份，到期自动删除'],
  understood: '我已了解：注销后，数据无法找回',
  deleteAccount: '注销账号',
  deleteTitle: '确定注销账号？',
  deleteQuestion: '你的资料和绑定会立即删除，无法找回。所有设备都会退出登录。',
  deleteConfirm: '注销',
  deleteCancel: '取消',
  deletedTitle: '账号已注销',
  deletedBody: '你的资料已经删除。不登录，也可以继续浏览。',
  deletedRead: '知道了',
  deleteErrors: {
    different_account: '账号没有注销：当前微信未绑定此账号。请换用已绑定的微信，再来注销。',
    code_invalid: '账号没有注销：微信的确认已失效，请再按一次。',
    code_used: '账号没有注销：微信的确认已用过，请再按一次。',
    wechat_rate_limited: '账号没有注销：微信请我们慢一些。请稍候再试。',
    wechat_busy: '账号没有注销：微信现在有些忙，请稍后再试。',
    wechat_unavailable: '账号没有注销：服务器暂时联系不上微信，请稍后再试。',
    wechat_misconfigured: '账号没有注销：服务器与微信的连接设置有误。请联系客服。',
    wechat_login_blocked: '账号没有注销：微信判定当前的微信存在风险。请在微信里查看账号状态。',
  } as Problems,
}

const en: typeof zh_CN = {
  why: 'Log in to take all your data along, or to delete your account.',

  exportTitle: 'Export my data',
  exportBody:
    'Everything that is kept about you, in one file. Your whole phone number and network addresses are in it: send it only to people you trust.',
  export: 'Export',
  exporting: 'Collecting',
  exportTooOften: 'Only a few exports are possible per hour. Please come back later.',
  exportedAt: 'Collected',
  logins: 'Logins',
  events: 'Activity',
  wechats: 'WeChat accounts',
  phone: 'Phone number',
  count: (number) => String(number),
  isIn: 'Yes',
  isNotIn: 'None',
  fileName: 'my-account.json',
  send: 'Send to a chat',
  sent: 'Sent',
  sendFailed: 'The file was not sent. Try again, or copy it instead.',
  copy: 'Copy all of it',
  copyOnly: 'Files cannot be sent from this phone. Copy all of it, and paste it elsewhere.',
  copyProblems: {
    refused: 'Nothing was copied, as you did not agree to the privacy guide. Press again to choose anew.',
    undeclared:
      'This mini program cannot use the clipboard yet. Please use the other way, or contact support.',
    failed: 'Nothing was copied. Please try again.',
  },

  deleteHead: 'Delete my account',
  deleteBody: 'It is deleted at once and cannot be brought back. If you log in again, you get a new account.',
  goneTitle: 'What is deleted',
  gone: [
    'Nickname, picture, gender, birthday',
    'Phone number, username and password',
    'The link to WeChat',
    'Devices and network addresses; every device is logged out',
  ],
  staysTitle: 'What stays',
  stays: [
    'The account number, which leads to nothing any more',
    'When something was done, without you in it; this is deleted in time, too',
  ],
  understood: 'I understand that my data cannot be brought back',
  deleteAccount: 'Delete my account',
  deleteTitle: 'Delete your account?',
  deleteQuestion: 'Your data are deleted at once and cannot be brought back. Every device is logged out.',
  deleteConfirm: 'Yes',
  // WeChat has room for four characters.
  deleteCancel: 'No',
  deletedTitle: 'Your account is deleted',
  deletedBody: 'Your data are gone. You can go on browsing without a login.',
  deletedRead: 'OK',
  deleteErrors: {
    different_account:
      'Nothing was deleted: the WeChat account on this phone is not bound to this account. Use the one that is.',
    code_invalid: "Nothing was deleted: WeChat's proof is no longer valid. Please press again.",
    code_used: "Nothing was deleted: WeChat's proof was already used. Please press again.",
    wechat_rate_limited: 'Nothing was deleted: WeChat asks us to slow down. Please wait a moment.',
    wechat_busy: 'Nothing was deleted: WeChat is busy right now. Please try again later.',
    wechat_unavailable: 'Nothing was deleted: the server cannot reach WeChat. Please try again later.',
    wechat_misconfigured:
      'Nothing was deleted: the server is not set up for WeChat correctly. Please contact support.',
    wechat_login_blocked:
      'Nothing was deleted: WeChat considers this account at risk. Please check its state in WeChat.',
  },
}

export const words = { zh_CN, en }
