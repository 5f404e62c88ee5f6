const zh_CN = {
  title: '隐私保护提示',
  body: '使用此功能需要处理你的个人信息，使用方式和保存期限见隐私保护指引。不同意也可继续使用其他功能。',
  guide: '《隐私保护指引》',
  agree: '同意',
  disagree: '不同意',
}

const en: typeof zh_CN = {
  title: 'Your privacy',
  body: 'This function needs your personal information. The privacy guide says how we use and keep it. If you decline, everything else still works.',
  guide: 'Privacy guide',
  agree: 'Accept',
  disagree: 'Decline',
}

export const strings = { zh_CN, en }
