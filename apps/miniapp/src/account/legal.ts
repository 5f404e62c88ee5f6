import type { Language } from '../lib/language.ts'

/**
 * What the user agreement and the privacy policy say about your company, and what only your company knows. Have it reviewed
 * by your lawyers. A text in 【】 is a placeholder: `upload` rejects a release that still contains one.
 */
export const legal: Legal = {
  isSample: true,
  operator: { zh_CN: '【公司全称】', en: '【Company name】' },
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
  agreement: DocumentVersion
  privacy: DocumentVersion
  /** Where users send complaints and requests about their personal data. */
  contacts: { email: string; phone: string; address: Text }
  /** Where the data is stored. */
  storage: Text
  /** Days until a backup is overwritten; null: not stated yet. */
  backupDays: number | null
  /** Who receives personal data besides WeChat. */
  recipients: { name: Text; purpose: Text; data: Text; contact: string }[]
  /** Optional profile fields: null hides a field, a purpose shows it and goes into the privacy policy. */
  profileFields: { gender: Text | null; birthday: Text | null }
}

/** A version is its effective date, `YYYY-MM-DD`. `changes` is what a user is told when consent is renewed. */
export type DocumentVersion = { version: string; changes: Record<Language, string[]> }

type Text = Record<Language, string>
