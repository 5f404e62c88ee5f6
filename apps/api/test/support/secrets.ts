import type { EndpointKey, LoginResult } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import { createDataCipher } from '../../src/infra/crypto.ts'
import type { Answer, CallOptions, TestApp } from './test-app.ts'

/** The tables that are searched: whoever reads the database must find no secret in it. */
const tables = [
  'users',
  'wechat_identities',
  'sessions',
  'audit_events',
  'passwords',
  'phones',
  'merge_tickets',
  'banned_identities',
  'appeals',
  'avatar_checks',
  'content_reviews',
  'wechat_messages',
  'revocations',
  'jobs',
]

/** What a body may have that is secret, besides tokens. */
const secretFields = [
  'code',
  'loginCode',
  'phoneCode',
  'encryptedData',
  'signature',
  'password',
  'newPassword',
]
type Sent = Record<string, unknown> & Partial<Record<'proof' | 'otherProof', Record<string, unknown>>>

/** An id that belongs to nobody. */
const nobody = '00000000-0000-7000-8000-000000000000'

/** Calls the API, remembers each answer, and collects every secret that is in play. */
export type LeakDetector = {
  code(person: string): Promise<string>
  phoneCode(person: string): Promise<string>
  /** What `wx.getUserInfo` gave: data, and their signature. */
  wechatProfile(person: string): Promise<object>
  login(person: string): Promise<LoginResult>
  /** A job that waits for an admin. @returns its id. */
  deadJob(): Promise<string>
  /** A nickname that waits for an admin. @returns the id of its review. */
  pendingReview(userId: string): Promise<string>
  /** @param options `id` takes the place of `:id` in the key. */
  call(
    key: EndpointKey | string,
    options?: CallOptions & { id?: string; query?: Record<string, string> },
  ): Promise<Answer>
  /** The statuses that an endpoint has answered with so far. */
  statuses(key: EndpointKey): number[]
  /** Each secret that was found where it must not be, and where that was. */
  findings(): Promise<string[]>
}

export function createLeakDetector(testApp: TestApp): LeakDetector {
  const secrets = new Set<string>()
  const answers: { key: string; answer: Answer; text: string }[] = []

  const { config } = testApp
  for (const { secret, push } of config.wechat.apps)
    for (const text of [secret, push?.token, push?.encodingAesKey]) if (text) secrets.add(text)
  if ('secretAccessKey' in config.storage) {
    secrets.add(config.storage.secretAccessKey)
    secrets.add(config.storage.accessKeyId)
  }
  for (const key of [...config.accessToken.keys, ...config.refreshToken.keys, ...config.dataKeys]) {
    const secret = 'secret' in key ? key.secret : key.privateKey?.export({ type: 'pkcs8', format: 'der' })
    for (const encoding of ['base64', 'base64url', 'hex'] as const)
      if (secret) secrets.add(secret.toString(encoding))
  }

  /** A token and its signature, which is all of it that is secret. */
  function addToken(token: unknown): void {
    if (typeof token !== 'string') return
    secrets.add(token)
    const signature = token.split('.').at(-1) ?? ''
    if (signature.length > 16) secrets.add(signature)
  }

  function addRequest({ token, body }: CallOptions): void {
    addToken(token)
    const { proof, otherProof, ...fields } = (typeof body === 'object' ? body : {}) as Sent
    for (const name of ['refreshToken', 'ticket']) addToken(fields[name])
    for (const part of [fields, proof ?? {}, otherProof ?? {}]) {
      for (const name of secretFields) {
        const secret = part[name]
        // Shorter ones are words of a test, found everywhere.
        if (typeof secret === 'string' && secret.length > 16) secrets.add(secret)
      }
    }
  }

  /** As they are stored now; each login may replace one. */
  async function addSessionKeys(): Promise<void> {
    const cipher = createDataCipher(config.dataKeys)
    for (const row of await testApp.database.prisma.wechatIdentity.findMany()) {
      const { sessionKeyEncrypted: bytes, sessionKeyId: keyId, appId, openid } = row
      const sessionKey = cipher.decrypt({ bytes, keyId }, `session_key ${appId} ${openid}`)
      if (sessionKey === null) throw new Error('a session_key cannot be decrypted')
      // Dropped, since WeChat had replaced it.
      if (sessionKey === '') continue
      secrets.add(sessionKey)
      secrets.add(Buffer.from(sessionKey, 'base64').toString('hex'))
      // As PostgreSQL would show the text, had it been stored as it is.
      secrets.add(Buffer.from(sessionKey).toString('hex'))
    }
  }

  /** As they are stored now. */
  async function addPhoneNumbers(): Promise<void> {
    const cipher = createDataCipher(config.dataKeys)
    for (const { userId, numberEncrypted: bytes, keyId } of await testApp.database.prisma.phone.findMany()) {
      const number = cipher.decrypt({ bytes, keyId }, `phone ${userId}`)
      if (!number) throw new Error('a phone number cannot be decrypted')
      addPhoneNumber(number)
    }
  }

  /** @param number with the country code of China. */
  function addPhoneNumber(number: string): void {
    for (const form of [number, number.slice(1), number.slice(3)]) {
      secrets.add(form)
      secrets.add(Buffer.from(form).toString('hex'))
    }
  }

  /**
   * What of an answer must show nothing: all but the tokens and tickets that it is for. The whole number is in the export
   * of its owner, and in what an admin has revealed.
   */
  function withoutOwn(key: string, { body, text, headers }: Answer): string {
    const { accessToken, refreshToken, conflict, user } = body ?? {}
    const phones: Record<string, unknown> = {
      'POST /v1/me/export': user?.phone,
      'POST /v1/auth/export': user?.phone,
      'POST /v1/admin/users/:id/reveal': body?.phone,
    }
    const phone = phones[key]
    const own = [accessToken, refreshToken, conflict?.ticket, phone]
    for (const token of own) addToken(token)
    const rest = own.reduce((left, token) => left.replace(token ?? '', ''), text)
    return rest + JSON.stringify(headers)
  }

  const call: LeakDetector['call'] = async (key, { id = nobody, query, ...options } = {}) => {
    addRequest(options)
    const search = query ? `?${new URLSearchParams(query)}` : ''
    const answer = await testApp.call(key.replace(':id', id) + search, options)
    answers.push({ key, answer, text: withoutOwn(key, answer) })
    await addSessionKeys()
    await addPhoneNumbers()
    return answer
  }

  async function code(person: string): Promise<string> {
    const code = await testApp.code(person)
    secrets.add(code)
    return code
  }

  /** Each has a number of their own, which is a secret before anybody binds it. */
  async function phoneCode(person: string): Promise<string> {
    const phoneNumber = `159${person.replace(/\D/g, '').padStart(8, '0')}`
    await testApp.control('PUT', 'phone', { person, phoneNumber })
    addPhoneNumber(`+86${phoneNumber}`)
    const code = await testApp.phoneCode(person)
    secrets.add(code)
    return code
  }

  return {
    code,
    phoneCode,
    call,
    wechatProfile: (person) => testApp.wechatProfile(person),
    async login(person) {
      const { status, body, text } = await call('POST /v1/auth/login', { body: { code: await code(person) } })
      if (status !== 200) throw new Error(`login: ${status} ${text}`)
      return body
    },
    async deadJob() {
      const { id } = await testApp.database.prisma.job.create({
        data: {
          id: uuidv7(),
          kind: 'delete_file',
          payload: { key: 'avatars/nothing.jpg' },
          runAt: new Date(),
          deadAt: new Date(),
        },
      })
      return id
    },
    async pendingReview(userId) {
      const { id } = await testApp.database.prisma.contentReview.create({
        data: { id: uuidv7(), userId, kind: 'nickname', verdict: 'review', submittedAt: new Date() },
      })
      return id
    },
    statuses: (key) => answers.filter((entry) => entry.key === key).map(({ answer }) => answer.status),
    async findings() {
      const places = new Map([['the log', testApp.log()]])
      for (const [index, { key, answer, text }] of answers.entries())
        places.set(`answer ${index} (${answer.status}) of ${key}`, text)
      for (const table of tables) {
        const rows = await testApp.database.prisma.$queryRawUnsafe<{ row: string }[]>(
          `SELECT ${table}::text AS row FROM ${table}`,
        )
        places.set(`table ${table}`, rows.map(({ row }) => row).join('\n'))
      }
      return [...places].flatMap(([place, text]) =>
        [...secrets].filter((secret) => shows(text, secret)).map((secret) => `${secret} in ${place}`),
      )
    },
  }
}

/** Also in the forms that a secret takes inside JSON and inside a URL. */
const shows = (text: string, secret: string) =>
  [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)].some((form) =>
    text.includes(form),
  )
