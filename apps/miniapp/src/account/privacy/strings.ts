import { en as enMessages } from '../../i18n/en.ts'
import { zhCn } from '../../i18n/zh-cn.ts'
import type { LegalDocument } from '../lib/legal-document.ts'
import { personalData } from '../lib/personal-data-strings.ts'

/** The rows of the Me page that the policy points to. */
const zhMe = zhCn.me
const enMe = enMessages.me

/** What is stored about a user, as the contract lists it. */
const collected = (language: keyof typeof personalData, source: 'login' | 'user', colon: string): string[] =>
  Object.values(personalData[language]).flatMap(({ from, name, purpose }) =>
    from === source ? [`${name}${colon}${purpose}`] : [],
  )

const zh_CN: LegalDocument = {
  title: '隐私政策',
  sections: [
    {
      heading: '登录时收集的信息',
      paragraphs: collected('zh_CN', 'login', '：'),
    },
    {
      heading: '你主动提供的信息',
      paragraphs: [...collected('zh_CN', 'user', '：'), '以上各项均可不填，不影响使用其他功能。'],
    },
    {
      heading: '不收集的信息',
      paragraphs: ['小程序不会读取你的位置、通讯录、聊天记录，以及你未选择的照片。'],
    },
    {
      heading: '信息的存储与期限',
      paragraphs: [
        '账号资料保存在服务器的数据库中，直到你修改、移除或注销账号。微信的会话密钥加密保存，不会发送到手机，也不会写入日志。',
        '登录记录（时间、IP 地址、登录设备）在登录结束后保存 180 天，到期删除。',
        '手机上仅保存登录凭证和你自己的账号资料，退出登录时删除。',
      ],
    },
    {
      heading: '你的权利',
      paragraphs: [
        `修改头像、昵称等资料：“${zhMe.title}”>“${zhMe.profile}”。`,
        `更换或移除手机号：“${zhMe.title}”>“${zhMe.phone}”。`,
        `导出你的全部数据，或注销账号：“${zhMe.title}”>“${zhMe.data}”。`,
        '注销后，以上资料均会删除且无法恢复，账号变更记录仅保留类型和时间，不再关联到你。若账号在停用期间注销，会保留一个无法还原的标识，直到停用结束。',
      ],
    },
    {
      heading: '由你的团队补充',
      paragraphs: ['个人信息处理者与联系方式、第三方共享情况、未成年人保护，以及与上文不同的保存期限。'],
    },
  ],
}

const en: LegalDocument = {
  title: 'Privacy Policy',
  sections: [
    {
      heading: 'Information collected at login',
      paragraphs: collected('en', 'login', ': '),
    },
    {
      heading: 'Information you provide',
      paragraphs: [
        ...collected('en', 'user', ': '),
        'All of these are optional. Everything else works without them.',
      ],
    },
    {
      heading: 'Information we do not collect',
      paragraphs: [
        'The mini program does not read your location, contacts, chats, or photos that you did not choose.',
      ],
    },
    {
      heading: 'Storage and retention',
      paragraphs: [
        "Your account is stored in the server's database until you change, remove or delete it. WeChat's session key is stored encrypted, and is never sent to the phone or written to a log.",
        'The login history (time, IP address, device) is deleted 180 days after a login has ended.',
        'The phone stores only your login tokens and your own account data, and deletes them when you log out.',
      ],
    },
    {
      heading: 'Your rights',
      paragraphs: [
        `Change your profile, such as avatar and nickname: “${enMe.title}” > “${enMe.profile}”.`,
        `Change or remove your phone number: “${enMe.title}” > “${enMe.phone}”.`,
        `Export all your data, or delete your account: “${enMe.title}” > “${enMe.data}”.`,
        'Deleting your account deletes all of the above and cannot be undone. The records of account changes keep only their type and time, and are no longer linked to you. If your account is disabled when you delete it, we keep an identifier that cannot be reversed until the ban ends.',
      ],
    },
    {
      heading: 'To be completed by your team',
      paragraphs: [
        'Data controller and contact details, third parties, minors, and retention periods that differ from the above.',
      ],
    },
  ],
}

export const strings = { zh_CN, en }
