import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { api, type Endpoint, errorStatus, Problem } from '../src/index.ts'
import { Nullable, NullableOneOf, OneOf, Text } from '../src/schemas.ts'
import { User } from '../src/user.ts'

const endpoints = Object.entries<Endpoint>(api)

describe('the contract', () => {
  it('uses methods that wx.request has, and bodies only where they are sent', () => {
    for (const [key, { body }] of endpoints) {
      expect(key).toMatch(/^(GET|POST|PUT|DELETE) \/v1\/[a-z/:-]+$/)
      if (/^(GET|DELETE)/.test(key)) expect(body, key).toBeUndefined()
    }
  })

  it('bounds every text that comes from outside, and refuses NUL in it', () => {
    const boundless = endpoints.flatMap(([key, { body }]) =>
      [...textsOf(body)].filter((text) => !isBounded(text)).map(() => key),
    )
    expect(boundless).toEqual([])
  })

  it('gives every error a status of an error', () => {
    for (const status of Object.values(errorStatus)) expect(status).toBeGreaterThanOrEqual(400)
  })

  it('describes a problem and a user as they travel', () => {
    const problem = { title: 'Not Found', status: 404, code: 'not_found', requestId: 'x' }
    expect(Value.Check(Problem, problem)).toBe(true)
    expect(Value.Check(Problem, { ...problem, code: 'unheard_of' })).toBe(false)
    const unknown = {
      nickname: null,
      avatarUrl: null,
      pendingNickname: null,
      gender: null,
      birthday: null,
      phoneMasked: null,
      username: null,
    }
    const user: User = {
      ...unknown,
      id: '01a1f7fe-2291-72a9-960f-04dae7f68c02',
      avatarPending: false,
      role: 'user',
      level: 0,
      levelDescription: '普通用户',
      status: 'active',
      registeredAt: '2026-11-20T08:06:29.777Z',
      lastLoginAt: '2026-11-20T08:06:29.777Z',
    }
    expect(Value.Check(User, user)).toBe(true)
    expect(Value.Check(User, { ...user, gender: 'male', nickname: '小明' })).toBe(true)
    expect(Value.Check(User, { ...user, gender: 'robot' })).toBe(false)
    expect(Value.Check(User, { ...user, role: null })).toBe(false)
  })
})

describe('schemas', () => {
  it.each([
    ['NUL', 'a\u0000b', false],
    ['nothing', '', false],
    ['too much', 'x'.repeat(6), false],
    ['Chinese', '你好', true],
    ['five emoji', '🙂🙂🙂🙂🙂', true],
  ])('Text decides on %s', (_name, value, valid) =>
    expect(Value.Check(Text({ maxLength: 5 }), value)).toBe(valid),
  )

  it('Nullable and OneOf add null and nothing else', () => {
    expect(Value.Check(Nullable(Text({ maxLength: 5 })), null)).toBe(true)
    expect(Value.Check(Nullable(Text({ maxLength: 5 })), 'x'.repeat(6))).toBe(false)
    expect(Value.Check(NullableOneOf('a', 'b'), null)).toBe(true)
    expect(Value.Check(OneOf('a', 'b'), null)).toBe(false)
  })
})

type JsonSchema = {
  type?: string | string[]
  properties?: Record<string, JsonSchema>
  maxLength?: number
  pattern?: string
  format?: string
  enum?: unknown[]
}

function* textsOf(schema: JsonSchema | undefined): Generator<JsonSchema> {
  if (schema && [schema.type].flat().includes('string')) yield schema
  for (const property of Object.values(schema?.properties ?? {})) yield* textsOf(property)
}

const isBounded = ({ maxLength, pattern, format, enum: words }: JsonSchema) =>
  words !== undefined ||
  format === 'uuid' ||
  format === 'date-time' ||
  (maxLength !== undefined && pattern !== undefined)
