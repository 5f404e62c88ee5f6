const zh_CN = {
  title: '验证手机号',
  why: '登录后可验证手机号',
  body: '根据《网络安全法》等法律法规，用户发布信息前应提供真实身份信息。验证后即可修改昵称和头像。',
  storage: '手机号加密存储，在小程序中仅显示前三位和后两位。浏览和登录无需验证。',
  removal: '验证后可以更换号码，不能移除。',
  verify: '验证手机号',
  verified: '手机号已验证',
  done: '完成',
}

const en: typeof zh_CN = {
  title: 'Verify phone',
  why: 'Log in to verify your phone number.',
  body: "China's Cybersecurity Law requires real identity information before users publish. After that you can change your nickname and avatar.",
  storage:
    'Stored encrypted. The mini program shows only the first three and last two digits. Browsing and logging in need no verification.',
  removal: 'Afterwards you can change the number, but not remove it.',
  verify: 'Verify phone number',
  verified: 'Phone number verified',
  done: 'Done',
}

export const strings = { zh_CN, en }
