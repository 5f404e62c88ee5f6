import { expect, inject, it } from 'vitest'
import { readBundle } from '../config/read-bundle.ts'
import { developmentVariables, environment } from './bundle-environment.ts'

const everything = readBundle(inject('bundleFolder'))
  .map(({ content }) => Buffer.from(content).toString('latin1'))
  .join('\n')

it('contains no variable of the build environment', () => {
  const values = Object.entries(environment)
  expect(values.map(([name]) => name)).toEqual(
    expect.arrayContaining(['ACCESS_TOKEN_KEYS', 'DATA_KEYS', 'WECHAT_APPS', 'S3_SECRET_ACCESS_KEY']),
  )
  expect(values.filter(([, value]) => everything.includes(value))).toEqual([])
})

it('contains nothing of .env.development', () => {
  // A whole variable, and each text within one that is JSON: WECHAT_APPS holds AppSecrets.
  const values = Object.values(developmentVariables).flatMap((value) => [value, ...textsWithin(value)])
  expect(values).toContain('0'.repeat(32))
  const secrets = values.filter((value) => value.length >= 16)
  expect(secrets.filter((value) => everything.includes(value))).toEqual([])
})

it.each([
  ['an AppSecret or another key in hexadecimal', /(?<![0-9a-f])[0-9a-f]{32,}(?![0-9a-f])/i],
  ['a key in PEM', /-----BEGIN/],
  ['a JSON Web Token', /\beyJ[\w-]{10,}\.[\w-]{10,}\./],
  ['32 bytes in base64', /(?<![\w+/])[A-Za-z0-9+/]{43}=/],
  ['the name of a secret', /app_?secret|session_?key"?\s*[:=]\s*["'`]|private_?key/i],
])('contains nothing that looks like %s', (_, pattern) => {
  expect(everything.match(pattern)?.[0]).toBeUndefined()
})

function textsWithin(value: string): string[] {
  if (!/^[[{]/.test(value)) return []
  return [...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text)
}
