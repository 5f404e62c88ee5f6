const zh_CN = {
  title: '使用前请先了解',
  body: '你按下的功能要用到你的个人信息。我们怎样使用、保存多久，都写在隐私保护指引里。不同意也可以继续使用其他功能。',
  guide: '《隐私保护指引》',
  agree: '同意',
  refuse: '不同意',
}

const en: typeof zh_CN = {
  title: 'Before you go on',
  body: 'What you pressed needs personal information of yours. The privacy guide says how we use it and for how long we keep it. If you refuse, everything else still works.',
  guide: 'Privacy guide',
  agree: 'Agree',
  refuse: 'Do not agree',
}

export const words = { zh_CN, en }
