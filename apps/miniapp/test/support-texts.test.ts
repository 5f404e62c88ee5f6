import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { mentionsSupport } from '../src/components/support-link.tsx'
import { messagesFor } from '../src/i18n/index.ts'

const root = new URL('../src/', import.meta.url)

/** Files whose texts send the user to support, and what leads there. */
const ways = {
  'i18n/zh-cn.ts': 'ErrorMessage',
  'i18n/en.ts': 'ErrorMessage',
  'account/banned/strings.ts': 'ErrorMessage',
  'account/components/not-my-account-strings.ts': 'a button',
  'account/data/strings.ts': 'ErrorMessage',
  'account/lib/clipboard-strings.ts': 'ErrorMessage',
  'account/login/strings.ts': 'ErrorMessage',
  'account/merge/strings.ts': 'a button',
  'account/phone/strings.ts': 'ErrorMessage',
}

describe('a text that sends the user to support', () => {
  it('stands only in files whose page leads there', () => {
    const comments = /^\s*(\/\*)?\*.*$/gm
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .filter((file) =>
        /联系客服|contact support/i.test(readFileSync(new URL(file, root), 'utf8').replace(comments, '')),
      )
    expect(files.sort()).toEqual(Object.keys(ways).sort())
  })

  it.each(['zh_CN', 'en'] as const)('is recognized in %s', (language) => {
    const messages = messagesFor(language)
    expect(mentionsSupport(messages.errors.wechat_misconfigured, messages)).toBe(true)
    expect(mentionsSupport(messages.errors.code_used, messages)).toBe(false)
  })
})
