import { createContext, useContext } from 'react'
import { en } from './en.ts'
import type { ProblemCode, Text } from './text.ts'
import { zhCn } from './zh-cn.ts'

/** The words for WeChat's language setting: Chinese, unless it is set to English. */
export const textFor = (language: string): Text => (/^en/i.test(language) ? en : zhCn)

/** The words in the person's language, handed down by `app.tsx`. */
export const TextContext = createContext<Text>(zhCn)

export const useText = (): Text => useContext(TextContext)

/** What people read about an error; never its message, which is for developers. */
export function wordsFor(error: unknown, text: Text): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return hasWords(code, text) ? text.problems[code] : text.unknownProblem
}

const hasWords = (code: unknown, text: Text): code is ProblemCode =>
  typeof code === 'string' && Object.keys(text.problems).includes(code)
