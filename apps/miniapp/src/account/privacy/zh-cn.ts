import type { DataPractices } from '@repo/shared'
import { zhCn } from '../../i18n/zh-cn.ts'
import { legal } from '../legal.ts'
import { contactLines } from '../lib/legal-contacts.ts'
import type { LegalEntry, LegalSection } from '../lib/legal-document.ts'
import { collectedData } from '../lib/personal-data-strings.ts'
import { guardianAge, type PrivacyPolicy, wechatOperator } from './document.ts'

const { me } = zhCn

const collected = (source: 'login' | 'user' | 'use') =>
  collectedData('zh_CN').flatMap(({ from, name, purpose }) =>
    from === source ? [`${name}：${purpose}`] : [],
  )

const section = (heading: string, paragraphs: string[]): LegalSection[] =>
  paragraphs.length > 0 ? [{ heading, paragraphs }] : []

const recipient = (name: string, purpose: string, data: string, contact: string): LegalEntry => ({
  name,
  cells: [
    { label: '目的', value: purpose },
    { label: '信息', value: data },
    { label: '联系方式', value: contact },
  ],
})

const wechatContact = '见微信中的《微信隐私保护指引》'

const moderationText = (checked: DataPractices['contentModeration']) =>
  checked.map((content) => ({ nickname: '昵称', avatar: '头像' })[content]).join('、')

const recipients = ({ contentModeration }: DataPractices): LegalEntry[] => [
  recipient(
    `${wechatOperator}（微信登录）`,
    '核实你的登录和授权',
    '微信为本次登录或授权签发的一次性凭证、OpenID',
    wechatContact,
  ),
  ...(contentModeration.length > 0
    ? [
        recipient(
          `${wechatOperator}（内容安全检测）`,
          `为履行内容管理义务，我们委托其检测${moderationText(contentModeration)}`,
          `${moderationText(contentModeration)}、OpenID`,
          wechatContact,
        ),
      ]
    : []),
  ...legal.recipients.map(({ name, purpose, data, contact }) =>
    recipient(name.zh_CN, purpose.zh_CN, data.zh_CN, contact),
  ),
]

const logsAfterDeletion = ({ sealedLogs, sealedLogDays }: DataPractices) =>
  sealedLogs
    ? `依法须留存的网络日志（账号 ID、时间、类型、IP 地址）在注销后单独保存，不用于其他目的，自产生之日起满 ${sealedLogDays} 天后删除。`
    : '注销时，账号的操作记录不再保留 IP 地址。依法须留存的网络日志由我们的网络设备单独保存，期满删除。'

const minors = ({ minimumAge }: DataPractices): string[] => [
  `未满 ${guardianAge(minimumAge)} 周岁的未成年人，须由监护人阅读并同意本政策后使用。`,
  ...(minimumAge > 0 && legal.profileFields.birthday
    ? [`填写的生日未满 ${minimumAge} 周岁的，未经监护人同意，我们不会保存。`]
    : []),
  '监护人可通过“联系我们”中的方式，查阅、更正或删除未成年人的个人信息。',
]

export const zhCnPolicy: PrivacyPolicy = {
  title: '隐私政策',
  before: () => [
    {
      heading: '适用范围',
      paragraphs: [
        `${zhCn.brand}小程序由${legal.operator.zh_CN}（以下简称“我们”）运营，我们是你的个人信息处理者。`,
        '本政策说明登录与账号功能如何处理你的个人信息。其他功能需要处理个人信息的，我们会补充到本政策，或在你使用前告知。',
        `版本及生效日期：${legal.privacy.version}`,
      ],
    },
    {
      heading: '登录时处理的信息',
      paragraphs: ['不登录也可浏览。登录时，我们处理以下信息：', ...collected('login')],
    },
    {
      heading: '你主动提供的信息',
      paragraphs: [...collected('user'), '以上各项均可不提供，不影响浏览和微信登录。'],
    },
    ...section('使用过程中产生的信息', collected('use')),
    {
      heading: '保存在手机上的信息',
      paragraphs: [
        '登录凭证和你的账号资料：用于保持登录，退出登录时删除。',
        '设备标识：由我们生成，用于识别常用设备、防止他人冒用，注销账号时删除。',
        '语言设置：用于记住你选择的语言。',
      ],
    },
    {
      heading: '不处理的信息',
      paragraphs: ['登录与账号功能不读取你的位置、通讯录、聊天记录，以及你未选择的照片。'],
    },
  ],
  fromConfiguration: (practices) => [
    {
      heading: '委托处理与对外提供',
      paragraphs: ['除下列接收方外，登录与账号功能不向他人提供你的个人信息，法律法规另有规定的除外。'],
      entries: recipients(practices),
    },
    {
      heading: '多个小程序',
      paragraphs: [
        practices.sharedApps === null
          ? '你的账号仅用于本小程序，与我们运营的其他小程序互不相通。'
          : `经你同意，以下小程序可使用同一账号和账号资料：${practices.sharedApps.map(({ name }) => name).join('、')}。`,
      ],
    },
    {
      heading: '存储地点与期限',
      paragraphs: [
        `存储地点：${legal.storage.zh_CN}。`,
        '账号资料保存至你修改、移除或注销账号。',
        `网络日志自产生之日起保存 ${practices.networkLogDays} 天，设备信息自登录结束起保存 ${practices.networkLogDays} 天，到期删除。`,
        '登录失败且无法对应到账号的，仅按网络地址段统计次数，保存 7 天。',
        `修改或删除的信息，其备份在 ${legal.backupDays ?? 'N'} 天内被覆盖。`,
      ],
    },
    {
      heading: '注销账号之后',
      paragraphs: [
        '注销后，我们删除账号资料和绑定关系，仅保留去标识化的账号 ID、注册时间，以及操作的类型和时间。',
        logsAfterDeletion(practices),
        '账号在停用期间注销的，停用结束前，我们保留微信用户标识的哈希值，以防止重新注册。',
      ],
    },
    { heading: '未成年人保护', paragraphs: minors(practices) },
  ],
  after: () => [
    {
      heading: '信息安全',
      paragraphs: [
        '手机号和微信会话密钥加密存储，会话密钥不会发送到手机，也不会写入日志。密码经不可逆的加盐哈希处理后存储。',
        '发生或可能发生个人信息泄露的，我们会依法采取补救措施并告知你。',
      ],
    },
    {
      heading: '你的权利',
      paragraphs: [
        `查阅和更正资料：“${me.title}”>“${me.profile}”。`,
        `更换或移除手机号：“${me.title}”>“${me.phone}”。`,
        `复制（导出）个人信息、注销账号：“${me.title}”>“${me.data}”。`,
        `管理登录设备：“${me.title}”>“${me.devices}”。`,
        '你也可以通过“联系我们”中的方式行使权利，我们将在 15 个工作日内答复。对答复不满意的，可向网信等主管部门投诉，或依法提起诉讼。',
      ],
    },
    {
      heading: '政策更新',
      paragraphs: [
        '政策有重大变更时，我们会说明变更内容，并重新征得你的同意。',
        ...legal.privacy.changes.zh_CN.map((change) => `本次更新：${change}`),
      ],
    },
    { heading: '联系我们', paragraphs: contactLines('zh_CN') },
  ],
}
