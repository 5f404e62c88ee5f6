import { View } from '@tarojs/components'
import { Screen } from '../../components/screen.tsx'
import type { Document } from '../lib/legal-document.ts'
import './legal-page.css'

/** A whole page of terms. WeChat's privacy question does not cover it: it may lead here. */
export function LegalPage({ document }: { document: Document }) {
  return (
    <Screen title={document.title}>
      <View className="legal-page__notice">{document.notice}</View>
      {document.sections.map(({ heading, paragraphs }) => (
        <View key={heading} className="legal-page__section">
          <View className="legal-page__heading">{heading}</View>
          {paragraphs.map((paragraph) => (
            <View key={paragraph} className="legal-page__paragraph">
              {paragraph}
            </View>
          ))}
        </View>
      ))}
    </Screen>
  )
}
