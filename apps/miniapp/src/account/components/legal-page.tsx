import { View } from '@tarojs/components'
import { Screen } from '../../components/screen.tsx'
import { useStrings } from '../../i18n/index.ts'
import type { LegalDocument } from '../lib/legal-document.ts'
import './legal-page.css'

export const strings = {
  zh_CN: { sample: '示例文本，上线前请替换为经法律审核的正式文件。' },
  en: { sample: 'Sample text. Replace it before release with a document that your lawyers have approved.' },
}

/** Not an `AccountScreen`: WeChat's privacy prompt links here and must not cover this page. */
export function LegalPage({ document }: { document: LegalDocument }) {
  const { sample } = useStrings(strings)
  return (
    <Screen title={document.title}>
      <View className="legal-page__notice">{sample}</View>
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
