import { createContext, useContext } from 'react'
import type { Language } from '../lib/language.ts'
import { errorCodeForStatus } from '../session/index.ts'
import { en } from './en.ts'
import type { Messages } from './messages.ts'
import { zhCn } from './zh-cn.ts'

export const messagesFor = (language: Language): Messages => (language === 'en' ? en : zhCn)

/** `app.tsx` provides the messages in the user's language. */
export const MessagesContext = createContext<Messages>(zhCn)

export const useMessages = (): Messages => useContext(MessagesContext)

/** Selects the language of a page's own strings. */
export const useStrings = <Strings>(strings: Record<Language, Strings>): Strings =>
  strings[useMessages().language]

/** The message for a user; an error's own `message` is for developers. Falls back to the HTTP status for new codes. */
export function errorMessage(error: unknown, messages: Messages): string {
  const { code, status } = (error ?? {}) as { code?: unknown; status?: unknown }
  const byCode = new Map<unknown, string>(Object.entries(messages.errors))
  const byStatus = typeof status === 'number' ? byCode.get(errorCodeForStatus(status)) : undefined
  return byCode.get(code) ?? byStatus ?? messages.unknownError
}
