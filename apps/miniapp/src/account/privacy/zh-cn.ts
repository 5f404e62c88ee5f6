import type { DataPractices } from '@repo/shared'
import { zhCn } from '../../i18n/zh-cn.ts'
import { legal } from '../legal.ts'
import { contactLines } from '../lib/legal-contacts.ts'
import type { LegalEntry } from '../lib/legal-document.ts'
import { collectedData } from '../lib/personal-data-strings.ts'
import { guardianAge, type PrivacyPolicy, wechatOperator } from './document.ts'

const { me } = zhCn

const collected = (source: 'login' | 'user' | 'use', practices: DataPractices) =>
  collectedData('zh_CN', practices).flatMap(({ from, name, purpose }) =>
    from === source ? [`${name}：${purpose}`] : [],
  )

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

/** What the user need not provide, and what then is not possible. */
const choice = ({ requiresVerifiedPhone }: DataPractices): string[] => [
  '以上各项均可不提供，不影响浏览和微信登录。',
  ...(requiresVerifiedPhone
    ? ['依照《网络安全法》，发布信息（包括修改昵称和头像）前须验证手机号。验证后可更换手机号，不能移除。']
    : []),
]

const othersSee = [
  '你邀请的用户可看到你的脱敏昵称（如“好**”）。',
  '他人绑定与你相同的手机号，或使用你已绑定的微信时，可看到你的脱敏昵称，以便双方确认账号归属。',
]

const humanReview = ({ contentReview }: DataPractices): string[] =>
  contentReview === 'queue' ? ['微信无法判定的昵称和头像，由我们的审核人员查看后决定是否展示。'] : []

const logsAfterDeletion = ({ sealedLogs, sealedLogDays }: DataPractices) =>
  sealedLogs
    ? `依法须留存的网络日志（账号 ID、时间、类型、IP 地址）在注销后单独保存，不用于其他目的，自产生之日起满 ${sealedLogDays} 天后删除。`
    : '注销时，账号的操作记录不再保留 IP 地址。依法须留存的网络日志由我们的网络设备单独保存，期满删除。'

const minors = ({ minimumAge }: DataPractices): string[] => [
  '未满 18 周岁的，请在监护人的陪同和同意下使用本服务。',
  `未满 ${guardianAge(minimumAge)} 周岁的，须由监护人阅读并同意本政策后，我们方可处理其个人信息。`,
  ...(minimumAge > 0 && legal.profileFields.birthday
    ? [`填写的生日未满 ${minimumAge} 周岁的，未经监护人同意，我们不会保存。`]
    : []),
  '监护人可通过“联系我们”中的方式，查阅、复制、更正或删除未成年人的个人信息。',
  '工作人员查看未成年人的个人信息，须按权限进行，并留存记录。',
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
      heading: '登录时处理的信息',
      paragraphs: [
        '不登录也可浏览。登录时，我们处理以下信息：',
        ...collected('login', practices),
        ...(practices.sharedApps === null
          ? []
          : ['微信用户标识（UnionID）：用于识别你在互通小程序中的账号，并询问你是否使用同一账号。']),
      ],
    },
    { heading: '你主动提供的信息', paragraphs: [...collected('user', practices), ...choice(practices)] },
    {
      heading: '使用过程中产生的信息',
      paragraphs: [
        ...collected('use', practices),
        '停用记录：账号停用的原因、期限和内部备注，用于处理违规和申诉。',
        ...humanReview(practices),
      ],
    },
    {
      heading: '委托处理与对外提供',
      paragraphs: [
        '除以下情形和下列接收方外，登录与账号功能不向他人提供你的个人信息，法律法规另有规定的除外。',
        ...othersSee,
      ],
      entries: recipients(practices),
    },
    {
      heading: '多个小程序',
      paragraphs: [
        practices.sharedApps === null
          ? '你的账号仅用于本小程序，与我们运营的其他小程序互不相通，但你自行在其他小程序中使用同一用户名和密码登录，或绑定该小程序的微信的除外。'
          : `经你同意，以下小程序可使用同一账号和账号资料：${practices.sharedApps.map(({ name }) => name).join('、')}。已绑定的手机号在这些小程序之间通用。`,
      ],
    },
    {
      heading: '存储地点与期限',
      paragraphs: [
        `存储地点：${legal.storage.zh_CN}。`,
        '账号资料保存至你修改、移除或注销账号。',
        `网络日志自产生之日起保存 ${practices.networkLogDays} 天，到期删除。`,
        `设备信息和该设备最近使用的 IP 地址在登录期间持续保存，自登录结束起满 ${practices.networkLogDays} 天删除。`,
        `申诉记录自处理完成起保存 ${practices.networkLogDays} 天。停用记录保存至停用到期、被解除、变更或账号注销。`,
        `昵称、头像的审核记录自作出决定起保存 ${practices.contentVerdictDays} 天。`,
        `登录失败且无法对应到账号的，仅按网络地址段统计次数，保存 ${practices.failedLoginDays} 天。`,
        `修改或删除的信息，其备份在 ${legal.backupDays ?? 'N'} 天内被覆盖。`,
      ],
    },
    {
      heading: '注销账号之后',
      paragraphs: [
        '注销后，我们删除账号资料和绑定关系，仅保留去标识化的账号 ID、注册时间，以及操作的类型和时间。',
        logsAfterDeletion(practices),
        `同意记录（账号 ID、协议版本、时间、方式和小程序）自注销起保存 ${practices.consentRetentionDays} 天，用于证明已取得你的同意。`,
        `已作出的内容审核结果和微信检测编号不再关联你的账号，自作出决定起满 ${practices.contentVerdictDays} 天删除。`,
        '账号在停用期间注销的，我们保留微信用户标识的哈希值和加密的停用原因至停用结束，以防止重新注册；停用未设期限的，将一直保留，你可联系我们提出异议。',
      ],
    },
    { heading: '未成年人保护', paragraphs: minors(practices) },
  ],
  after: () => [
    {
      heading: '信息安全',
      paragraphs: [
        '手机号和微信会话密钥加密存储，会话密钥不会发送到手机，也不会写入日志。密码经不可逆的加盐哈希处理后存储。',
        '管理员为处理投诉、审核和安全事件，可查看你的账号信息，其中手机号和 IP 地址默认脱敏。查看账号详情或完整信息须填写原因，每次查看均留存记录。',
        '发生或可能发生个人信息泄露的，我们会依法采取补救措施并告知你。',
      ],
    },
    {
      heading: '你的权利',
      paragraphs: [
        `查阅和更正资料：“${me.title}”>“${me.profile}”。`,
        `管理手机号：“${me.title}”>“${me.phone}”。`,
        `复制（导出）个人信息、撤回同意、注销账号：“${me.title}”>“${me.data}”。`,
        `管理登录设备：“${me.title}”>“${me.devices}”。`,
        '通知我们删除微信授权信息：小程序右上角“…”>“设置”>“小程序已获取的信息”>“通知开发者删除”。',
        '账号被停用时，可在停用提示中验证身份后提交申诉、导出个人信息或注销账号；撤回同意请联系我们。内部备注不在导出文件中，可联系我们获取副本，其中他人的信息会先行去除。',
        '你还可以请求转移个人信息、限制或拒绝我们处理，或要求解释本政策。用户去世的，其近亲属可依法行使查阅、复制、更正和删除的权利。',
        '以上权利均可通过“联系我们”中的方式行使，我们将在 15 个工作日内答复。对答复不满意的，可向网信等主管部门投诉，或依法提起诉讼。',
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
