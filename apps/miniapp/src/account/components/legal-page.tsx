import { View } from '@tarojs/components'
import type { ReactNode } from 'react'
import { Screen } from '../../components/screen.tsx'
import { useStrings } from '../../i18n/index.ts'
import { legal } from '../legal.ts'
import type { LegalEntry, LegalSection } from '../lib/legal-document.ts'
import './legal-page.css'

export const strings = {
  zh_CN: { sample: '示例文本，未经法律审核，不得用于正式发布' },
  en: { sample: 'Sample text, not reviewed by a lawyer. Do not release it.' },
}

/** Not an `AccountScreen`: WeChat's privacy prompt links here and must not cover this page. */
export function LegalPage({ title, children }: { title: string; children: ReactNode }) {
  const { sample } = useStrings(strings)
  return (
    <Screen title={title}>
      {legal.isSample && <View className="legal-page__notice">{sample}</View>}
      {children}
    </Screen>
  )
}

export function LegalSections({ sections }: { sections: LegalSection[] }) {
  return (
    <>
      {sections.map(({ heading, paragraphs, entries = [] }) => (
        <View key={heading} className="legal-page__section">
          <View className="legal-page__heading">{heading}</View>
          {paragraphs.map((paragraph) => (
            <View key={paragraph} className="legal-page__paragraph">
              {paragraph}
            </View>
          ))}
          {entries.map((entry) => (
            <Entry key={entry.name} {...entry} />
          ))}
        </View>
      ))}
    </>
  )
}

function Entry({ name, cells }: LegalEntry) {
  return (
    <View className="legal-page__entry">
      <View className="legal-page__entry-name">{name}</View>
      {cells.map(({ label, value }) => (
        <View key={label} className="legal-page__cell">
          <View className="legal-page__label">{label}</View>
          <View className="legal-page__value">{value}</View>
        </View>
      ))}
    </View>
  )
}
