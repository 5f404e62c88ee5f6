import type { Language } from '../lib/language.ts'

/**
 * What the user agreement and the privacy policy say about your company, and what only your company knows. Have your
 * lawyers review both documents. `upload` rejects a release while a text in 【】 is left or a field is empty.
 */
export const legal: Legal = {
  isSample: true,
  operator: { zh_CN: '【公司全称】', en: '【Company name】' },
  service: { zh_CN: '【服务内容】', en: '【What the service offers】' },
  agreement: { version: '2026-12-01', changes: { zh_CN: [], en: [] } },
  privacy: { version: '2026-12-01', changes: { zh_CN: [], en: [] } },
  contacts: {
    email: '【privacy@example.com】',
    phone: '【010-00000000】',
    address: { zh_CN: '【联系地址】', en: '【Postal address】' },
  },
  storage: { zh_CN: '【中华人民共和国境内（城市）】', en: '【Mainland China (city)】' },
  backupDays: null,
  recipients: [],
  profileFields: { gender: null, birthday: null },
}

export type Legal = {
  /** Sample texts carry a notice. Set to false when your lawyers have approved the documents. */
  isSample: boolean
  operator: Text
  /** What the service offers, as the agreement describes it. */
  service: Text
  agreement: DocumentVersion
  privacy: DocumentVersion
  /** Where users send complaints and requests about their personal data. */
  contacts: { email: string; phone: string; address: Text }
  /** Where the data is stored. */
  storage: Text
  /** Days until a backup of the database and the avatars is overwritten; null: not stated yet. */
  backupDays: number | null
  /** Who receives personal data besides WeChat, such as your cloud provider. */
  recipients: Recipient[]
  /** Optional profile fields: null hides a field, a purpose shows it and goes into the privacy policy. */
  profileFields: { gender: Text | null; birthday: Text | null }
}

/** A version is its effective date, `YYYY-MM-DD`. `changes` is what a user is told when consent is renewed. */
export type DocumentVersion = { version: string; changes: Record<Language, string[]> }

export type Recipient = { name: Text; purpose: Text; data: Text; contact: string }

type Text = Record<Language, string>
