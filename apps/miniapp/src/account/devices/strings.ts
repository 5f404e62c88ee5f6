const zh_CN = {
  why: '登录后可查看和管理登录设备',
  thisDevice: '本机',
  unknownModel: '未知设备',
  lastSeen: (moment: string) => `最近使用 ${moment}`,
  since: (moment: string) => `登录于 ${moment}`,
  remove: '移除',
  cancel: '取消',
  removeConfirm: '移除',
  removeTitle: '移除这台设备？',
  removeBody: (name: string) => `「${name}」将立即退出登录，需重新登录才能使用此账号。`,
  onlyThis: '仅在本机登录。如需退出本机，请前往「我的」。',
  everywhere: '退出所有设备',
  everywhereLead: '手机丢失，或发现陌生设备？可让所有设备（包括本机）退出登录。',
  everywhereTitle: '退出所有设备？',
  everywhereBody: '所有设备（包括本机）将立即退出登录，账号和资料都会保留。',
  everywhereConfirm: '退出',
  everywhereDone: '已退出所有设备',
}

const en: typeof zh_CN = {
  why: 'Log in to see and manage your devices.',
  thisDevice: 'This device',
  unknownModel: 'Unknown device',
  lastSeen: (moment) => `Last used ${moment}`,
  since: (moment) => `Logged in ${moment}`,
  remove: 'Remove',
  // WeChat allows four characters on a dialog button.
  cancel: 'No',
  removeConfirm: 'Yes',
  removeTitle: 'Remove this device?',
  removeBody: (name) => `“${name}” is logged out at once and must log in again to use this account.`,
  onlyThis: 'Only this device is logged in. To log it out, go to Me.',
  everywhere: 'Log out on all devices',
  everywhereLead:
    'Lost your phone, or see a device you do not know? Log out on all devices, including this one.',
  everywhereTitle: 'Log out on all devices?',
  everywhereBody: 'All devices, including this one, are logged out at once. Your account and data are kept.',
  everywhereConfirm: 'Yes',
  everywhereDone: 'Logged out on all devices',
}

export const strings = { zh_CN, en }
