import type { ComponentProps } from 'react'
import { Screen } from '../../components/screen.tsx'
import { useIsVisible } from '../../hooks/use-is-visible.ts'
import { MessagesContext, useMessages, useStrings } from '../../i18n/index.ts'
import { errorMessages } from '../lib/error-messages.ts'
import { PasswordPromptProvider } from './password-prompt.tsx'
import { PrivacyPopup } from './privacy-popup.tsx'

/** The screen of all account pages: adds their error messages, the password prompt and WeChat's privacy prompt. */
export function AccountScreen({ children, ...screen }: ComponentProps<typeof Screen>) {
  const messages = useMessages()
  const accountErrors = useStrings(errorMessages)
  const isVisible = useIsVisible()
  return (
    <MessagesContext.Provider value={{ ...messages, errors: { ...messages.errors, ...accountErrors } }}>
      <Screen {...screen}>
        <PasswordPromptProvider>{children}</PasswordPromptProvider>
        {isVisible && <PrivacyPopup />}
      </Screen>
    </MessagesContext.Provider>
  )
}
