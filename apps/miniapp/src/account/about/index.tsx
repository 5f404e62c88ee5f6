import { View } from '@tarojs/components'
import { BrandMark } from '../../components/brand-mark.tsx'
import { Row } from '../../components/row.tsx'
import { useText, useWords } from '../../i18n/index.ts'
import { choose } from '../../lib/dialogs.ts'
import { chooseLanguage, type LanguageChoice, languageChoice } from '../../lib/language.ts'
import { miniProgram } from '../../lib/mini-program.ts'
import { openPage } from '../../lib/navigation.ts'
import { useObservable } from '../../lib/observable.ts'
import { Screen } from '../components/account-screen.tsx'
import { hasPrivacyGuide } from '../lib/privacy-guide.ts'
import { slogans } from '../lib/slogan.ts'
import { usePrivacyGuide } from '../lib/use-privacy-guide.ts'
import './about.css'
import { LoginWalk } from './how-login-works.tsx'
import { words } from './strings.ts'

const languages: LanguageChoice[] = ['system', 'zh_CN', 'en']

/** What this mini program is, in which language, and on which terms. Open to guests. */
export default function AboutPage() {
  const { brand, me } = useText()
  const own = useWords(words)
  const slogan = useWords(slogans)
  const language = useObservable(languageChoice)
  const openGuide = usePrivacyGuide()

  const askForLanguage = async () => {
    const index = await choose(languages.map((choice) => own.languages[choice]))
    const chosen = index === null ? undefined : languages[index]
    if (chosen) chooseLanguage(chosen)
  }

  return (
    <Screen title={me.about}>
      <View className="about__head">
        <BrandMark />
        <View className="about__name">{brand}</View>
        <View className="about__slogan">{slogan}</View>
      </View>
      <View className="card card--rows">
        <Row name={own.language} value={own.languages[language]} onPress={() => void askForLanguage()} />
        <Row name={own.version} value={versionIn(own.environments)} />
      </View>
      <View className="card card--rows">
        <Row name={own.agreement} onPress={() => void openPage('agreement')} />
        <Row name={own.privacy} onPress={() => void openPage('privacy')} />
        {hasPrivacyGuide() && <Row name={own.guide} onPress={openGuide} />}
      </View>
      <LoginWalk />
      <View className="about__data">{own.data}</View>
    </Screen>
  )
}

/** WeChat tells the number of a release alone. */
function versionIn(environments: Record<'develop' | 'trial' | 'release', string>): string {
  const { version, envVersion = 'release' } = miniProgram()
  return version || environments[envVersion]
}
