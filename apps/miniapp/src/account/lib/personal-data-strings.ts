import type { PersonalDataCategory } from '@repo/shared'
import type { Language } from '../../lib/language.ts'

/**
 * What the deletion page and the privacy policy call a category, and why it is collected. `login`: with every login;
 * `user`: only if the user provides it.
 */
type PersonalDataEntry = { from: 'login' | 'user'; name: string; purpose: string }

/** In the order in which they are listed. A category of the contract without an entry does not compile. */
export const personalData: Record<Language, Record<PersonalDataCategory, PersonalDataEntry>> = {
  zh_CN: {
    nickname: {
      from: 'user',
      name: '昵称',
      purpose: '用于在你的页面上展示，未填写时使用系统生成的昵称。根据法规要求，会提交微信进行内容安全检测。',
    },
    avatar: {
      from: 'user',
      name: '头像',
      purpose: '用于在你的页面上展示，未上传时使用系统生成的头像。根据法规要求，会提交微信进行内容安全检测。',
    },
    gender: { from: 'user', name: '性别', purpose: '仅作为你的个人资料保存，只有你自己可见。' },
    birthday: { from: 'user', name: '生日', purpose: '仅作为你的个人资料保存，只有你自己可见。' },
    phone: {
      from: 'user',
      name: '手机号',
      purpose: '用于在你更换微信后找回账号。由微信在你点击“允许”后提供，加密保存，仅显示首尾几位。',
    },
    password: {
      from: 'user',
      name: '用户名和密码',
      purpose: '用于不使用微信时登录。密码以无法还原的形式保存。',
    },
    wechat_identity: {
      from: 'login',
      name: '微信用户标识',
      purpose: 'openid，以及可能有的 unionid，用于识别你的账号。',
    },
    sessions: {
      from: 'login',
      name: '登录设备',
      purpose: '手机型号、系统版本和 IP 地址，用于帮助你分辨登录设备。',
    },
    appeals: {
      from: 'user',
      name: '申诉记录',
      purpose: '账号停用后你提交的申诉和处理结果，用于核实和处理申诉。',
    },
    login_history: {
      from: 'login',
      name: '登录记录',
      purpose: '登录和账号变更的时间、IP 地址，用于保护账号安全。',
    },
    consents: {
      from: 'login',
      name: '同意记录',
      purpose: '同意和撤回同意的协议版本、时间、方式和小程序，用于证明已取得你的同意。',
    },
    content_reviews: {
      from: 'user',
      name: '内容审核记录',
      purpose:
        '昵称、头像的审核结果和微信检测编号，不含内容本身，用于履行内容管理义务。依法保存六个月，注销后不再关联你的账号。',
    },
    inviter: { from: 'login', name: '邀请关系', purpose: '如果你受他人邀请注册，用于记录邀请人。' },
  },
  en: {
    nickname: {
      from: 'user',
      name: 'Nickname',
      purpose:
        'shown on your pages. Without one we generate it. The law requires us to have WeChat check its content.',
    },
    avatar: {
      from: 'user',
      name: 'Avatar',
      purpose:
        'shown on your pages. Without one we generate it. The law requires us to have WeChat check its content.',
    },
    gender: { from: 'user', name: 'Gender', purpose: 'part of your profile. Only you can see it.' },
    birthday: { from: 'user', name: 'Birthday', purpose: 'part of your profile. Only you can see it.' },
    phone: {
      from: 'user',
      name: 'Phone number',
      purpose:
        'to recover your account if you change to another WeChat account. WeChat shares it after you tap Allow. It is stored encrypted, and only its first and last digits are shown.',
    },
    password: {
      from: 'user',
      name: 'Username and password',
      purpose: 'to log in without WeChat. The password is stored in a form that cannot be reversed.',
    },
    wechat_identity: {
      from: 'login',
      name: 'WeChat identifier',
      purpose: 'openid, and unionid if there is one, to recognize your account.',
    },
    sessions: {
      from: 'login',
      name: 'Devices',
      purpose: 'model, system and IP address, to help you recognize your devices.',
    },
    appeals: {
      from: 'user',
      name: 'Appeals',
      purpose: 'your appeals against a ban and their results, to review them.',
    },
    login_history: {
      from: 'login',
      name: 'Login history',
      purpose: 'time and IP address of logins and account changes, to protect your account.',
    },
    consents: {
      from: 'login',
      name: 'Consent records',
      purpose:
        'versions, time, way and mini program of each consent and withdrawal, to prove that you gave your consent.',
    },
    content_reviews: {
      from: 'user',
      name: 'Content review records',
      purpose:
        "the verdict on a nickname or avatar and WeChat's check ID, never the content, as the law requires. Stored for six months; after you delete the account they no longer name it.",
    },
    inviter: {
      from: 'login',
      name: 'Inviter',
      purpose: 'if another user invited you, to record the invitation.',
    },
  },
}
