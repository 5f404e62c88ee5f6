import type { ErrorCode } from '@repo/shared'
import type { TransportErrorCode } from '../../session/index.ts'

/** They say that the account was not deleted. */
type DeleteErrors = Partial<Record<ErrorCode | TransportErrorCode, string>>

const zh_CN = {
  why: '登录后可导出账号数据或注销账号',

  exportTitle: '导出我的数据',
  exportBody: '将你的全部数据导出为一个文件。文件含完整手机号和 IP 地址等个人信息，请妥善保管，谨慎转发。',
  export: '导出',
  exporting: '正在导出',
  exportTooOften: '导出过于频繁，请稍后再试',
  exportedAt: '导出时间',
  wechatAccounts: '绑定的微信',
  count: (number: number) => `${number} 条`,
  included: '有',
  notIncluded: '无',
  fileName: '我的账号数据.json',
  send: '发送到聊天',
  sent: '已发送',
  sendFailed: '文件发送失败，请重试或复制全文',
  copy: '复制全文',
  copyOnly: '此手机不支持发送文件，请复制全文后粘贴保存',

  deleteHead: '注销账号',
  deleteBody: '注销后立即生效，无法恢复。再次登录将创建新账号。',
  deletedItemsTitle: '将删除',
  deletedItems: (names: string[]) => [names.join('、'), '所有设备都会退出登录'],
  keptItemsTitle: '将保留',
  keptItems: [
    '账号 ID、注册时间，以及操作的类型和时间，均已去标识化',
    '同意协议的记录（版本、时间、方式、小程序），到期自动删除',
    '内容审核记录（结果、微信检测编号），不再关联你的账号，到期自动删除',
    '账号在停用期间注销的，微信用户标识的哈希值和加密的停用原因，保留至停用结束；未设期限的一直保留',
    '备份中的数据，期满覆盖。期限见《隐私政策》',
  ],
  sealedLogs: '依法须留存的网络日志（操作时间、类型和 IP 地址），单独保存满六个月后删除，期间不作他用',
  understood: '我已了解，注销后数据无法恢复',
  deleteAccount: '注销账号',
  deleteTitle: '确定注销账号？',
  deleteQuestion: '你的资料和绑定关系将立即删除，无法恢复，所有设备都会退出登录。',
  deleteConfirm: '注销',
  deleteCancel: '取消',
  deletedTitle: '账号已注销',
  deletedBody: '你的资料已删除，你仍可继续浏览。',
  deletedDismiss: '知道了',
  deleteErrors: {
    different_account: '注销失败：当前微信未绑定此账号，请换用已绑定的微信',
    code_invalid: '注销失败：微信验证已过期，请重试',
    code_used: '注销失败：微信验证已使用，请重试',
    wechat_rate_limited: '注销失败：操作过于频繁，请稍后再试',
    wechat_busy: '注销失败：微信繁忙，请稍后再试',
    wechat_unavailable: '注销失败：暂时无法连接微信，请稍后再试',
    wechat_misconfigured: '注销失败：小程序配置有误，请联系客服',
    wechat_login_blocked: '注销失败：微信检测到账号存在风险，请在微信中查看账号状态',
  } as DeleteErrors,
}

const en: typeof zh_CN = {
  why: 'Log in to export your data or delete your account.',

  exportTitle: 'Export my data',
  exportBody:
    'All your data in one file. It contains personal information such as your full phone number and IP addresses. Store it safely and think before you forward it.',
  export: 'Export',
  exporting: 'Exporting',
  exportTooOften: 'Too many exports. Try again later.',
  exportedAt: 'Exported',
  wechatAccounts: 'WeChat accounts',
  count: (number) => String(number),
  included: 'Yes',
  notIncluded: 'None',
  fileName: 'my-account.json',
  send: 'Send to a chat',
  sent: 'Sent',
  sendFailed: "Couldn't send the file. Try again or copy the text.",
  copy: 'Copy all',
  copyOnly: 'This phone cannot send files. Copy the text and paste it elsewhere.',

  deleteHead: 'Delete account',
  deleteBody:
    'Your account is deleted at once and cannot be restored. Your next login creates a new account.',
  deletedItemsTitle: 'What is deleted',
  deletedItems: (names) => [names.join(', '), 'All devices are logged out'],
  keptItemsTitle: 'What is kept',
  keptItems: [
    'The account ID, the time of registration, and the type and time of actions, de-identified',
    'Records of your consent (versions, time, way, mini program), deleted on schedule',
    'Records of content reviews (verdict, ID of the check at WeChat) that no longer name your account, deleted on schedule',
    'If your account is disabled: a hash of your WeChat identifier and the encrypted reason, until the ban ends; without an end, they stay',
    'Backups, until they are overwritten. The Privacy Policy says when.',
  ],
  sealedLogs:
    'Network logs that the law requires (time, type, IP address), stored separately for six months, used for nothing else, then deleted',
  understood: 'I understand that my data cannot be restored',
  deleteAccount: 'Delete account',
  deleteTitle: 'Delete your account?',
  deleteQuestion: 'Your data is deleted at once and cannot be restored. All devices are logged out.',
  deleteConfirm: 'Yes',
  // WeChat allows four characters on a dialog button.
  deleteCancel: 'No',
  deletedTitle: 'Account deleted',
  deletedBody: 'Your data has been deleted. You can still browse.',
  deletedDismiss: 'OK',
  deleteErrors: {
    different_account: 'Not deleted: this WeChat account is not linked to your account. Use the linked one.',
    code_invalid: 'Not deleted: the WeChat verification expired. Try again.',
    code_used: 'Not deleted: the WeChat verification was already used. Try again.',
    wechat_rate_limited: 'Not deleted: too many attempts. Try again later.',
    wechat_busy: 'Not deleted: WeChat is busy. Try again later.',
    wechat_unavailable: "Not deleted: can't reach WeChat. Try again later.",
    wechat_misconfigured: 'Not deleted: this mini program is misconfigured. Contact support.',
    wechat_login_blocked: 'Not deleted: WeChat considers your account at risk. Check it in WeChat.',
  },
}

export const strings = { zh_CN, en }
