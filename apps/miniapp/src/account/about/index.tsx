import { View } from '@tarojs/components'
import { useState } from 'react'
import { BrandMark } from '../../components/brand-mark.tsx'
import { Row } from '../../components/row.tsx'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { showActionSheet } from '../../lib/dialogs.ts'
import { chooseLanguage, type LanguageChoice, languageChoice } from '../../lib/language.ts'
import { miniProgram } from '../../lib/mini-program.ts'
import { openPage } from '../../lib/navigation.ts'
import { useObservable } from '../../lib/observable.ts'
import { AccountScreen } from '../components/account-screen.tsx'
import { SupportRow } from '../components/support-row.tsx'
import { hasPrivacyGuide } from '../lib/privacy-guide.ts'
import { slogans } from '../lib/slogan.ts'
import { usePrivacyGuide } from '../lib/use-privacy-guide.ts'
import './about.css'
import { ContactSheet } from './contact-sheet.tsx'
import { HowLoginWorks } from './how-login-works.tsx'
import { strings } from './strings.ts'

const languages: LanguageChoice[] = ['system', 'zh_CN', 'en']

/** Language, version, legal documents, and the ways to a human. Open to guests. */
export default function AboutPage() {
  const { brand, me } = useMessages()
  const t = useStrings(strings)
  const slogan = useStrings(slogans)
  const language = useObservable(languageChoice)
  const openGuide = usePrivacyGuide()
  const [channel, setChannel] = useState<'report' | 'rights' | null>(null)

  const selectLanguage = async () => {
    const index = await showActionSheet(languages.map((choice) => t.languages[choice]))
    const selected = index === null ? undefined : languages[index]
    if (selected) chooseLanguage(selected)
  }

  return (
    <AccountScreen title={me.about}>
      <View className="about__head">
        <BrandMark />
        <View className="about__name">{brand}</View>
        <View className="about__slogan">{slogan}</View>
      </View>
      <View className="card card--rows">
        <Row label={t.language} value={t.languages[language]} onTap={() => void selectLanguage()} />
        <Row label={t.version} value={versionOr(t.environments)} />
      </View>
      <View className="card card--rows">
        <Row label={t.agreement} onTap={() => void openPage('agreement')} />
        <Row label={t.privacy} onTap={() => void openPage('privacy')} />
        {hasPrivacyGuide() && <Row label={t.guide} onTap={openGuide} />}
      </View>
      <View className="card card--rows">
        <SupportRow />
        <Row label={t.report} onTap={() => setChannel('report')} />
        <Row label={t.rights} onTap={() => setChannel('rights')} />
      </View>
      <HowLoginWorks />
      <View className="about__data">{t.data}</View>
      {channel && (
        <ContactSheet title={t[channel]} body={t.channels[channel]} onClose={() => setChannel(null)} />
      )}
    </AccountScreen>
  )
}

/** WeChat tells the version number of a release only. */
function versionOr(environments: Record<'develop' | 'trial' | 'release', string>): string {
  const { version, envVersion = 'release' } = miniProgram()
  return version || environments[envVersion]
}
