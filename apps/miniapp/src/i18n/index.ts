import { createContext, useContext } from 'react'
import type { Language } from '../lib/language.ts'
import { codeOfStatus } from '../session/index.ts'
import { en } from './en.ts'
import type { Text } from './messages.ts'
import { zhCn } from './zh-cn.ts'

/** The words that every page may need. */
export const textFor = (language: Language): Text => (language === 'en' ? en : zhCn)

/** The words in the person's language, handed down by `app.tsx`. */
export const TextContext = createContext<Text>(zhCn)

export const useText = (): Text => useContext(TextContext)

/** A page's own words, which lie beside the page in both languages. */
export const useWords = <Words>(words: Record<Language, Words>): Words => words[useText().language]

/**
 * What people read about an error; never its message, which is for developers. Where a code has no words, as one of a
 * newer API, its status has some.
 */
export function wordsFor(error: unknown, text: Text): string {
  const { code, status } = (error ?? {}) as { code?: unknown; status?: unknown }
  const known = new Map<unknown, string>(Object.entries(text.problems))
  const ofStatus = typeof status === 'number' ? known.get(codeOfStatus(status)) : undefined
  return known.get(code) ?? ofStatus ?? text.unknownProblem
}
