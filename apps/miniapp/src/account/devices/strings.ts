const zh_CN = {
  why: '登录后，可以查看账号在哪些设备上登录着，并让不认识的设备退出。',
  thisDevice: '本机',
  unknownModel: '未知设备',
  lastSeen: (moment: string) => `最近使用 ${moment}`,
  since: (moment: string) => `登录于 ${moment}`,
  remove: '移除',
  cancel: '取消',
  removeConfirm: '移除',
  removeTitle: '移除这台设备？',
  removeBody: (name: string) => `「${name}」将立即退出登录，要重新登录才能再用这个账号。`,
  onlyThis: '只有这台设备登录着。退出本机，请到「我的」。',
  everywhere: '退出所有设备',
  everywhereLead: '手机丢了，或看到不认识的设备？可以让所有设备一起退出，包括本机。',
  everywhereTitle: '退出所有设备？',
  everywhereBody: '所有设备都会立即退出登录，包括本机。账号和资料都会保留。',
  everywhereConfirm: '退出',
  everywhereDone: '已退出所有设备',
}

const en: typeof zh_CN = {
  why: 'Log in to see where your account is in use, and to log out what you do not know.',
  thisDevice: 'This device',
  unknownModel: 'Unknown device',
  lastSeen: (moment) => `Last used ${moment}`,
  since: (moment) => `Logged in ${moment}`,
  remove: 'Remove',
  // WeChat has room for four characters.
  cancel: 'No',
  removeConfirm: 'Yes',
  removeTitle: 'Remove this device?',
  removeBody: (name) => `“${name}” is logged out at once, and has to log in again to use this account.`,
  onlyThis: 'Only this device is logged in. To log out here, go to Me.',
  everywhere: 'Log out everywhere',
  everywhereLead: 'A lost phone, or a device that you do not know? Log out everywhere, here too.',
  everywhereTitle: 'Log out everywhere?',
  everywhereBody: 'All devices are logged out at once, this one too. Your account and your data stay.',
  everywhereConfirm: 'Yes',
  everywhereDone: 'Logged out everywhere',
}

export const words = { zh_CN, en }
