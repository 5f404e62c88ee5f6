import type { Language } from '../../lib/language.ts'
import { legal } from '../legal.ts'

/** How to reach the operator, in the words of both documents. */
export function contactLines(language: Language): string[] {
  const { operator, contacts } = legal
  return language === 'zh_CN'
    ? [
        `公司名称：${operator.zh_CN}`,
        `电子邮箱：${contacts.email}`,
        `联系电话：${contacts.phone}`,
        `联系地址：${contacts.address.zh_CN}`,
      ]
    : [
        `Company: ${operator.en}`,
        `Email: ${contacts.email}`,
        `Phone: ${contacts.phone}`,
        `Address: ${contacts.address.en}`,
      ]
}
