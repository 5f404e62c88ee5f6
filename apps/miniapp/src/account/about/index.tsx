import { View } from '@tarojs/components'
import { BrandMark } from '../../components/brand-mark.tsx'
import { Row } from '../../components/row.tsx'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { showActionSheet } from '../../lib/dialogs.ts'
import { chooseLanguage, type LanguageChoice, languageChoice } from '../../lib/language.ts'
import { miniProgram } from '../../lib/mini-program.ts'
import { openPage } from '../../lib/navigation.ts'
import { useObservable } from '../../lib/observable.ts'
import { AccountScreen } from '../components/account-screen.tsx'
import { hasPrivacyGuide } from '../lib/privacy-guide.ts'
import { slogans } from '../lib/slogan.ts'
import { usePrivacyGuide } from '../lib/use-privacy-guide.ts'
import './about.css'
import { HowLoginWorks } from './how-login-works.tsx'
import { strings } from './strings.ts'

const languages: LanguageChoice[] = ['system', 'zh_CN', 'en']

/** Language, version and legal documents. Open to guests. */
export default function AboutPage() {
  const { brand, me } = useMessages()
  const t = useStrings(strings)
  const slogan = useStrings(slogans)
  const language = useObservable(languageChoice)
  const openGuide = usePrivacyGuide()

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
      <HowLoginWorks />
      <View className="about__data">{t.data}</View>
    </AccountScreen>
  )
}

/** WeChat tells the version number of a release only. */
function versionOr(environments: Record<'develop' | 'trial' | 'release', string>): string {
  const { version, envVersion = 'release' } = miniProgram()
  return version || environments[envVersion]
}
