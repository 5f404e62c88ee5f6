/** What needs the consent. */
export type PrivacyUse = 'avatar' | 'nickname' | 'phone' | 'clipboard'

type Use = { action: string; item: string; purpose: string }

const zh_CN = {
  title: '个人信息保护提示',
  bodyFor: ({ action, item, purpose }: Use) =>
    `“${action}”需要使用你的${item}，用于${purpose}。请阅读并同意后继续；不同意则无法使用此功能。`,
  body: '此功能需要使用你的个人信息，用途见以下文件。请阅读并同意后继续；不同意则无法使用此功能。',
  uses: {
    avatar: { action: '更换头像', item: '头像', purpose: '展示你的账号' },
    nickname: { action: '填写昵称', item: '昵称', purpose: '展示你的账号' },
    phone: { action: '绑定手机号', item: '手机号', purpose: '登录和找回账号' },
    clipboard: { action: '复制', item: '剪切板', purpose: '写入你要复制的内容' },
  } satisfies Record<PrivacyUse, Use>,
  guide: '《小程序用户隐私保护指引》',
  agree: '同意',
  disagree: '不同意',
}

const en: typeof zh_CN = {
  title: 'Your personal information',
  bodyFor: ({ action, item, purpose }) =>
    `“${action}” uses your ${item} ${purpose}. Read and accept to continue. If you decline, you cannot use this function.`,
  body: 'This function uses your personal information as the document below says. Read and accept to continue. If you decline, you cannot use this function.',
  uses: {
    avatar: { action: 'Change avatar', item: 'avatar', purpose: 'to present your account' },
    nickname: { action: 'Nickname', item: 'nickname', purpose: 'to present your account' },
    phone: {
      action: 'Add phone number',
      item: 'phone number',
      purpose: 'to log in and to recover your account',
    },
    clipboard: { action: 'Copy', item: 'clipboard', purpose: 'to store what you copy' },
  },
  guide: 'User Privacy Guidelines',
  agree: 'Accept',
  disagree: 'Decline',
}

export const strings = { zh_CN, en }
