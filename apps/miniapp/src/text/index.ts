import { createContext, useContext } from 'react'
import type { Language } from '../platform/language.ts'
import { en } from './en.ts'
import type { ProblemCode, Text } from './text.ts'
import { zhCn } from './zh-cn.ts'

/** The words that every page may need. */
export const textFor = (language: Language): Text => (language === 'en' ? en : zhCn)

/** The words in the person's language, handed down by `app.tsx`. */
export const TextContext = createContext<Text>(zhCn)

export const useText = (): Text => useContext(TextContext)

/** A page's own words, which lie beside the page in both languages. */
export const useWords = <Words>(words: Record<Language, Words>): Words => words[useText().language]

/** What people read about an error; never its message, which is for developers. */
export function wordsFor(error: unknown, text: Text): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return hasWords(code, text) ? text.problems[code] : text.unknownProblem
}

const hasWords = (code: unknown, text: Text): code is ProblemCode =>
  typeof code === 'string' && Object.keys(text.problems).includes(code)
