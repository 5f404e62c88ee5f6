import { View } from '@tarojs/components'
import type { Document } from '../text/text.ts'
import './legal-page.css'

/** A whole page of terms. */
export function LegalPage({ document }: { document: Document }) {
  return (
    <View className="page">
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
    </View>
  )
}
