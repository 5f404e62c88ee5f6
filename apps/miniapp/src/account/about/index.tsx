import { View } from '@tarojs/components'
import { BrandMark } from '../../components/brand-mark.tsx'
import { choose } from '../../components/confirm.ts'
import { Row } from '../../components/row.tsx'
import { openPage } from '../../navigation.ts'
import { useObservable } from '../../observable.ts'
import { chooseLanguage, type LanguageChoice, languageChoice } from '../../platform/language.ts'
import { miniProgram } from '../../platform/mini-program.ts'
import { hasPrivacyGuide } from '../../platform/privacy-guide.ts'
import { useText, useWords } from '../../text/index.ts'
import { Screen } from '../screen.tsx'
import { slogans } from '../slogan.ts'
import { usePrivacyGuide } from '../use-privacy-guide.ts'
import './about.css'
import { LoginWalk } from './login-walk.tsx'
import { words } from './words.ts'

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
