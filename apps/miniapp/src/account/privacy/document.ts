import type { DataPractices } from '@repo/shared'
import type { LegalSection } from '../lib/legal-document.ts'

/** The privacy policy in one language. */
export type PrivacyPolicy = {
  title: string
  /** Written without the API: the page shows these while it loads, and without a network. */
  before: () => LegalSection[]
  /** Written from the API's configuration, so that the policy cannot contradict it. */
  fromConfiguration: (practices: DataPractices) => LegalSection[]
  after: () => LegalSection[]
}

/**
 * The company that provides WeChat, as 微信隐私保护指引 names it:
 * https://weixin.qq.com/cgi-bin/readtemplate?lang=zh_cn&t=weixin_agreement&s=privacy, looked at on 2026-11-30.
 */
export const wechatOperator = '深圳市腾讯计算机系统有限公司'

/** 个人信息保护法 31 wants a guardian's consent below 14, also where the API accepts younger users. */
export const guardianAge = (minimumAge: number): number => Math.max(minimumAge, 14)
