import type { PersonalDataCategory } from '@repo/shared'
import type { Language } from '../../lib/language.ts'
import { legal } from '../legal.ts'

/** What the deletion page and the privacy policy call a category, and why it is collected. */
type PersonalDataEntry = {
  /** With a login, only if the user provides it, or by what the user does later. */
  from: 'login' | 'user' | 'use'
  name: string
  /** `null` where `legal.ts` states the purpose, and so switches the field on. */
  purpose: string | null
  /** Where the API requires a verified phone number. */
  requiredPurpose?: string
  /** A part is kept when the account is deleted; the deletion page says so among what is kept. */
  isPartlyKept?: true
}

/** In the order in which they are listed. A category of the contract without an entry does not compile. */
const personalData: Record<Language, Record<PersonalDataCategory, PersonalDataEntry>> = {
  zh_CN: {
    wechat_identity: {
      from: 'login',
      name: '微信用户标识（OpenID）',
      purpose: '用于创建和识别账号，为提供登录服务所必需。',
    },
    login_history: {
      from: 'login',
      name: '网络日志（操作时间、类型、IP 地址）',
      purpose: '用于保障账号和网络安全，依法留存不少于六个月。',
      isPartlyKept: true,
    },
    sessions: {
      from: 'login',
      name: '设备信息（型号、系统版本）',
      purpose: '用于展示登录设备、识别异常登录。',
    },
    inviter: {
      from: 'login',
      name: '邀请关系',
      purpose: '你通过他人邀请注册时，用于记录邀请人和统计邀请人数。',
    },
    nickname: {
      from: 'user',
      name: '昵称',
      purpose: '用于展示你的账号，未填写时使用系统生成的昵称。',
    },
    avatar: {
      from: 'user',
      name: '头像',
      purpose: '用于展示你的账号，未上传时使用系统生成的头像。',
    },
    gender: { from: 'user', name: '性别', purpose: null },
    birthday: { from: 'user', name: '生日', purpose: null },
    phone: {
      from: 'user',
      name: '手机号',
      purpose: '经你在微信授权窗口确认后取得，用于登录和找回账号；加密存储，在小程序中仅显示前三位和后两位。',
      requiredPurpose:
        '经你在微信授权窗口确认后取得，用于核验真实身份、登录和找回账号；加密存储，在小程序中仅显示前三位和后两位。',
    },
    password: {
      from: 'user',
      name: '用户名和密码',
      purpose: '用于登录账号。密码经不可逆的加盐哈希处理后存储，我们无法获知原文。',
    },
    appeals: {
      from: 'use',
      name: '申诉记录',
      purpose: '账号停用后你提交的申诉和处理结果，用于核实和处理申诉。',
    },
    consents: {
      from: 'use',
      name: '同意记录',
      purpose: '同意和撤回同意的协议版本、时间、方式和小程序，用于证明已取得你的同意。',
      isPartlyKept: true,
    },
    content_reviews: {
      from: 'use',
      name: '内容审核记录',
      purpose: '昵称、头像未通过或等待审核的结果和微信检测编号，不含内容本身，用于履行内容管理义务。',
      isPartlyKept: true,
    },
  },
  en: {
    wechat_identity: {
      from: 'login',
      name: 'WeChat identifier (OpenID)',
      purpose: 'to create and recognize your account. A login needs them.',
    },
    login_history: {
      from: 'login',
      name: 'Network logs (time, type, IP address)',
      purpose: 'to protect accounts and the network. The law requires at least six months of them.',
      isPartlyKept: true,
    },
    sessions: {
      from: 'login',
      name: 'Device information (model, system version)',
      purpose: 'to list your devices and detect unusual logins.',
    },
    inviter: {
      from: 'login',
      name: 'Invitation',
      purpose: 'if another user invited you, to record who did and to count invitations.',
    },
    nickname: {
      from: 'user',
      name: 'Nickname',
      purpose: 'to present your account. Without one, the system generates it.',
    },
    avatar: {
      from: 'user',
      name: 'Avatar',
      purpose: 'to present your account. Without one, the system generates it.',
    },
    gender: { from: 'user', name: 'Gender', purpose: null },
    birthday: { from: 'user', name: 'Birthday', purpose: null },
    phone: {
      from: 'user',
      name: 'Phone number',
      purpose:
        "to log in and to recover your account. We receive it after you confirm in WeChat's window and store it encrypted. The mini program shows its first three and last two digits only.",
      requiredPurpose:
        "to verify your real identity, to log in and to recover your account. We receive it after you confirm in WeChat's window and store it encrypted. The mini program shows its first three and last two digits only.",
    },
    password: {
      from: 'user',
      name: 'Username and password',
      purpose: 'to log in. The password is stored as a salted hash, from which we cannot learn it.',
    },
    appeals: {
      from: 'use',
      name: 'Appeals',
      purpose: 'your appeals against a ban and their results, to review them.',
    },
    consents: {
      from: 'use',
      name: 'Consent records',
      purpose:
        'versions, time, way and mini program of each consent and withdrawal, to prove that you gave your consent.',
      isPartlyKept: true,
    },
    content_reviews: {
      from: 'use',
      name: 'Content review records',
      purpose:
        "the verdict on a nickname or avatar and the ID of WeChat's check, never the content, to meet our duty to manage content.",
      isPartlyKept: true,
    },
  },
}

/** What this mini program collects, with the purpose of each. */
export const collectedData = (language: Language, { requiresVerifiedPhone = false } = {}) =>
  Object.entries(personalData[language]).flatMap(([category, { purpose, requiredPurpose, ...entry }]) => {
    const required = requiresVerifiedPhone ? requiredPurpose : undefined
    const stated =
      required ?? purpose ?? legal.profileFields[category as keyof typeof legal.profileFields]?.[language]
    return stated ? [{ ...entry, purpose: stated }] : []
  })

/** The names of what is deleted with the account. */
export const deletedData = (language: Language): string[] =>
  collectedData(language).flatMap(({ name, isPartlyKept }) => (isPartlyKept ? [] : [name]))
