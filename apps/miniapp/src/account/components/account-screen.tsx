import type { ComponentProps } from 'react'
import { Screen as AnyScreen } from '../../components/screen.tsx'
import { useIsVisible } from '../../hooks/use-is-visible.ts'
import { TextContext, useText, useWords } from '../../i18n/index.ts'
import { problems } from '../lib/error-messages.ts'
import { PasswordQuestions } from './password-prompt.tsx'
import { PrivacyPopup } from './privacy-popup.tsx'

/**
 * The screen of this sub-package's pages. What is in it has words for the problems that only they meet, and WeChat's
 * privacy question is answered on it, and the question for a password.
 */
export function Screen({ children, ...screen }: ComponentProps<typeof AnyScreen>) {
  const text = useText()
  const more = useWords(problems)
  const isVisible = useIsVisible()
  return (
    <TextContext.Provider value={{ ...text, problems: { ...text.problems, ...more } }}>
      <AnyScreen {...screen}>
        <PasswordQuestions>{children}</PasswordQuestions>
        {isVisible && <PrivacyPopup />}
      </AnyScreen>
    </TextContext.Provider>
  )
}
