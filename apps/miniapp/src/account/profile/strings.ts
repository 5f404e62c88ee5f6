const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Year, month and day of such as `1990-05-17`. */
const parts = (day: string): [number, number, number] => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return [year, month, date]
}

const zh_CN = {
  level: '等级',
  registeredAt: '注册时间',
  lastLoginAt: '上次登录',
  why: '登录后，你可以设置头像、昵称等资料。',
  unsaid: '未填写',
  day(day: string): string {
    const [year, month, date] = parts(day)
    return `${year}年${month}月${date}日`
  },
  undone: (name: string, why: string) => `${name}没有改成，仍是原来的。${why}`,
  unanswered: (name: string) => `等了很久没有回音，还不知道${name}改成了没有。请检查网络后再选一次。`,
  portrait: {
    change: '更换头像',
    sending: (percent: number) => (percent < 100 ? `正在上传 ${percent}%` : '正在保存'),
    retry: '再传一次',
    tooLarge: '这张图片超过 5 MB 了。请换一张小一些的再试。',
    remove: '恢复默认头像',
    removeTitle: '恢复默认头像？',
    removeBody: '你上传的头像会被删除，换回我们为你生成的那一张。',
    removeConfirm: '恢复',
  },
  nickname: {
    label: '昵称',
    placeholder: '1 到 32 个字',
    save: '保存昵称',
    saved: '昵称已保存',
    empty: '请先填写昵称。',
    too_long: '昵称最多 32 个字，请缩短一些。',
    rejected: '微信没有通过这个昵称，所以没有保存。请换一个。',
    refused: '昵称要有 1 到 32 个字，不能含有看不见的字符。请改一改再保存。',
  },
  gender: {
    label: '性别',
    unsaid: '未填写',
    male: '男',
    female: '女',
  },
  birthday: {
    label: '生日',
    clear: '清除生日',
    refused: '生日要在 1900 年到今天之间。如果没有选错，请检查手机的日期。',
  },
}

const en: typeof zh_CN = {
  level: 'Level',
  registeredAt: 'Registered',
  lastLoginAt: 'Last login',
  why: 'Once you are logged in, you can set your picture, your nickname and more.',
  unsaid: 'Not said',
  day(day) {
    const [year, month, date] = parts(day)
    return `${date} ${months[month - 1]} ${year}`
  },
  undone: (name, why) => `${name} was not changed. ${why}`,
  unanswered: (name) =>
    `No answer came: ${name} may or may not be changed. Check your network and choose again.`,
  portrait: {
    change: 'Change picture',
    sending: (percent) => (percent < 100 ? `Uploading ${percent}%` : 'Saving'),
    retry: 'Upload again',
    tooLarge: 'This picture is larger than 5 MB. Please choose a smaller one.',
    remove: 'Use the default picture',
    removeTitle: 'Use the default picture?',
    removeBody: 'The picture that you uploaded is deleted, and the one that we made for you comes back.',
    removeConfirm: 'OK',
  },
  nickname: {
    label: 'Nickname',
    placeholder: '1 to 32 characters',
    save: 'Save nickname',
    saved: 'Nickname saved',
    empty: 'Please enter a nickname first.',
    too_long: 'A nickname has at most 32 characters. Please shorten it.',
    rejected: 'WeChat does not accept this nickname, so nothing was saved. Please choose another one.',
    refused: 'A nickname has 1 to 32 characters, all of which can be seen. Please change it and save again.',
  },
  gender: {
    label: 'Gender',
    unsaid: 'Not said',
    male: 'Male',
    female: 'Female',
  },
  birthday: {
    label: 'Birthday',
    clear: 'Clear birthday',
    refused: "A birthday lies between 1900 and today. If yours does, please check your phone's date.",
  },
}

export const words = { zh_CN, en }
