const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Splits a date such as `1990-05-17`. */
const parts = (date: string): [number, number, number] => {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number)
  return [year, month, day]
}

const zh_CN = {
  why: '登录后可设置头像、昵称等资料',
  level: '等级',
  registeredAt: '注册时间',
  lastLoginAt: '上次登录',
  accountId: '账号 ID',
  copy: '复制',
  notSet: '未填写',
  date(date: string): string {
    const [year, month, day] = parts(date)
    return `${year}年${month}月${day}日`
  },
  verifyPhone: '验证手机号',
  changeFailed: (field: string, why: string) => `${field}修改失败：${why}`,
  changeUncertain: (field: string) => `请求超时，${field}可能未修改，请检查网络后重试`,
  avatar: {
    change: '更换头像',
    uploading: (percent: number) => (percent < 100 ? `正在上传 ${percent}%` : '正在保存'),
    retry: '重新上传',
    tooLarge: '图片超过 5 MB，请换一张小一些的',
    remove: '恢复默认头像',
    removeTitle: '恢复默认头像？',
    removeBody: '你上传的头像将被删除，恢复为默认头像。',
    removeConfirm: '恢复',
    pending: '新头像审核中，通过后显示',
  },
  nickname: {
    label: '昵称',
    placeholder: '1 到 32 个字',
    save: '保存昵称',
    saved: '昵称已保存',
    submitted: '昵称已提交审核',
    pending: (name: string) => `“${name}”审核中，通过后显示`,
    empty: '请输入昵称',
    too_long: '昵称最多 32 个字',
    rejected: '昵称未通过安全检测，请修改后重试',
    invalid: '昵称须为 1 到 32 个字，不能包含不可见字符',
  },
  gender: {
    label: '性别',
    notSet: '未填写',
    male: '男',
    female: '女',
  },
  birthday: {
    label: '生日',
    clear: '清除生日',
    invalid: '生日须在 1900 年至今天之间，请检查手机日期',
  },
}

const en: typeof zh_CN = {
  why: 'Log in to set your avatar, nickname and more.',
  level: 'Level',
  registeredAt: 'Registered',
  lastLoginAt: 'Last login',
  accountId: 'Account ID',
  copy: 'Copy',
  notSet: 'Not set',
  date(date) {
    const [year, month, day] = parts(date)
    return `${day} ${months[month - 1]} ${year}`
  },
  verifyPhone: 'Verify phone number',
  changeFailed: (field, why) => `Couldn't change ${field.toLowerCase()}. ${why}`,
  changeUncertain: (field) =>
    `The request timed out, so your ${field.toLowerCase()} may not have changed. Check your network and try again.`,
  avatar: {
    change: 'Change avatar',
    uploading: (percent) => (percent < 100 ? `Uploading ${percent}%` : 'Saving'),
    retry: 'Upload again',
    tooLarge: 'This image is larger than 5 MB. Choose a smaller one.',
    remove: 'Use the default avatar',
    removeTitle: 'Use the default avatar?',
    removeBody: 'The avatar that you uploaded is deleted and replaced by the default one.',
    removeConfirm: 'Yes',
    pending: 'Your new avatar is being reviewed. It is shown once it is approved.',
  },
  nickname: {
    label: 'Nickname',
    placeholder: '1 to 32 characters',
    save: 'Save nickname',
    saved: 'Nickname saved',
    submitted: 'Nickname submitted for review',
    pending: (name) => `“${name}” is being reviewed. It is shown once it is approved.`,
    empty: 'Enter a nickname.',
    too_long: 'A nickname has at most 32 characters.',
    rejected: 'This nickname did not pass the content check. Change it and try again.',
    invalid: 'A nickname has 1 to 32 characters and no invisible ones.',
  },
  gender: {
    label: 'Gender',
    notSet: 'Not set',
    male: 'Male',
    female: 'Female',
  },
  birthday: {
    label: 'Birthday',
    clear: 'Clear birthday',
    invalid: "Choose a date between 1900 and today, and check your phone's date.",
  },
}

export const strings = { zh_CN, en }
