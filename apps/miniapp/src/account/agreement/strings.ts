import { en as enMessages } from '../../i18n/en.ts'
import { zhCn } from '../../i18n/zh-cn.ts'
import { legal } from '../legal.ts'
import { contactLines } from '../lib/legal-contacts.ts'
import type { LegalDocument } from '../lib/legal-document.ts'

const { operator, service, agreement } = legal

const zh_CN: LegalDocument = {
  title: '用户协议',
  sections: [
    {
      heading: '协议主体与范围',
      paragraphs: [
        `本协议由你与${operator.zh_CN}（以下简称“我们”）订立，适用于${zhCn.brand}小程序的全部服务。`,
        `服务内容：${service.zh_CN}`,
        `版本及生效日期：${agreement.version}`,
      ],
    },
    {
      heading: '账号',
      paragraphs: [
        '你首次登录即注册账号。账号仅限本人使用，不得出借、转让或出售。',
        '请妥善保管你的微信和密码。发现账号被他人使用时，请退出所有设备并联系我们。',
        `你可以随时退出登录，也可以在“${zhCn.me.title}”>“${zhCn.me.data}”中注销账号。`,
        '登录与账号功能不收取费用。',
      ],
    },
    {
      heading: '行为规范',
      paragraphs: [
        '你不得从事违法违规活动，不得冒用他人或机构名义，不得干扰服务的正常运行。',
        '违反约定的，我们可删除内容、限制功能或停用账号，并告知原因和申诉途径。',
      ],
    },
    {
      heading: '未成年人',
      paragraphs: [
        '未满 18 周岁的，请在监护人阅读并同意本协议后使用。未满 14 周岁的，还须由监护人同意《隐私政策》。',
      ],
    },
    {
      heading: '个人信息',
      paragraphs: ['我们按照《隐私政策》处理你的个人信息。'],
    },
    {
      heading: '服务的变更与终止',
      paragraphs: [
        '因维护、升级或不可抗力，服务可能中断，我们会尽快恢复。',
        '终止服务前，我们会提前公告，并为你留出导出数据的时间。',
      ],
    },
    {
      heading: '责任',
      paragraphs: ['任何一方违反本协议给对方造成损失的，依法承担责任。本协议不排除或限制你依法享有的权利。'],
    },
    {
      heading: '协议更新',
      paragraphs: [
        '协议有重大变更时，我们会说明变更内容，并重新征得你的同意。',
        ...agreement.changes.zh_CN.map((change) => `本次更新：${change}`),
      ],
    },
    {
      heading: '法律适用与争议解决',
      paragraphs: [
        '本协议适用中华人民共和国法律。发生争议时，双方应协商解决；协商不成的，可依法向有管辖权的人民法院提起诉讼。',
      ],
    },
    { heading: '联系我们', paragraphs: contactLines('zh_CN') },
  ],
}

const en: LegalDocument = {
  title: 'Terms of Use',
  sections: [
    {
      heading: 'Parties and scope',
      paragraphs: [
        `These terms are an agreement between you and ${operator.en} (“we”). They cover all services of the mini program ${enMessages.brand}.`,
        `The service: ${service.en}`,
        `Version and effective date: ${agreement.version}`,
      ],
    },
    {
      heading: 'Your account',
      paragraphs: [
        'Your first login registers an account. The account is for you alone: do not lend, transfer or sell it.',
        'Keep your WeChat account and your password safe. If another person uses your account, log out on all devices and contact us.',
        `You can log out at any time, and delete your account: “${enMessages.me.title}” > “${enMessages.me.data}”.`,
        'Login and account are free of charge.',
      ],
    },
    {
      heading: 'Acceptable use',
      paragraphs: [
        'Do not break the law, do not act in the name of other people or organizations, and do not disrupt the service.',
        'If you break these terms, we may delete content, restrict functions or disable your account. We tell you the reason and how to appeal.',
      ],
    },
    {
      heading: 'Minors',
      paragraphs: [
        'If you are under 18, your guardian must read and accept these terms first. If you are under 14, your guardian must also accept the Privacy Policy.',
      ],
    },
    {
      heading: 'Personal information',
      paragraphs: ['We handle your personal information as the Privacy Policy says.'],
    },
    {
      heading: 'Changes and end of the service',
      paragraphs: [
        'Maintenance, upgrades or force majeure may interrupt the service. We restore it as soon as we can.',
        'Before we end the service, we announce it in time for you to export your data.',
      ],
    },
    {
      heading: 'Liability',
      paragraphs: [
        'A party that breaks these terms is liable by law for the damage. These terms do not limit your rights under the law.',
      ],
    },
    {
      heading: 'Updates',
      paragraphs: [
        'Before a material change takes effect for you, we say what changes and ask for your consent again.',
        ...agreement.changes.en.map((change) => `In this version: ${change}`),
      ],
    },
    {
      heading: 'Law and disputes',
      paragraphs: [
        "The law of the People's Republic of China applies. We settle a dispute by negotiation, or before the competent people's court.",
      ],
    },
    { heading: 'Contact us', paragraphs: contactLines('en') },
  ],
}

export const strings = { zh_CN, en }
