import { en as enMessages } from '../../i18n/en.ts'
import { zhCn } from '../../i18n/zh-cn.ts'
import type { LegalDocument } from '../lib/legal-document.ts'

const zh_CN: LegalDocument = {
  title: '用户协议',
  sections: [
    {
      heading: '服务说明',
      paragraphs: [`${zhCn.brand}是一个示例小程序，演示从登录到退出的微信登录流程，不提供商业服务。`],
    },
    {
      heading: '你的账号',
      paragraphs: [
        '首次登录时，服务器会根据微信提供的用户标识为你创建账号。同一微信再次登录，将进入同一账号。',
        `你可以随时在“${zhCn.me.title}”页面退出登录，退出后登录状态立即失效。`,
      ],
    },
    {
      heading: '使用规范',
      paragraphs: ['请勿冒用他人身份或干扰服务运行。账号被停用后将无法登录。'],
    },
    {
      heading: '由你的团队补充',
      paragraphs: ['运营主体与联系方式、服务内容与费用、责任范围、协议变更方式、争议解决与适用法律。'],
    },
  ],
}

const en: LegalDocument = {
  title: 'Terms of Use',
  sections: [
    {
      heading: 'About this service',
      paragraphs: [
        `${enMessages.brand} is a sample mini program. It demonstrates WeChat login from login to logout, and offers no commercial service.`,
      ],
    },
    {
      heading: 'Your account',
      paragraphs: [
        'At your first login, the server creates an account for the identifier that WeChat provides. The same WeChat account always logs in to the same account here.',
        `You can log out on the page “${enMessages.me.title}” at any time. Your login ends at once.`,
      ],
    },
    {
      heading: 'Acceptable use',
      paragraphs: [
        'Do not impersonate other people and do not disrupt the service. A disabled account cannot log in.',
      ],
    },
    {
      heading: 'To be completed by your team',
      paragraphs: [
        'Operator and contact details, service and fees, liability, changes to these terms, disputes and governing law.',
      ],
    },
  ],
}

export const strings = { zh_CN, en }
