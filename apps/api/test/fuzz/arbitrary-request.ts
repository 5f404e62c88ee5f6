import { api, type Endpoint, type EndpointKey } from '@repo/shared'
import fc from 'fast-check'
import { fitting, type JsonSchema, nearlyFitting, strange, strangeJson } from './arbitrary-input.ts'

/** A request to an operation of the contract: as it should be, nearly so, or not at all. */
export type FuzzRequest = {
  key: EndpointKey
  url: string
  /** The text of the body; absent: none. */
  body: string | undefined
  contentType: string | undefined
  /** Whose access token it carries; any other text is sent as it is. */
  authorization: 'user' | 'admin' | 'none' | string
}

/** Codes that WeChat takes, refuses, or fails on. */
const codes = [
  'the code is a mock one',
  'fault:40029',
  'fault:-1',
  'fault:40226',
  'fault:45011',
  'fault:html',
  'fault:500',
  'fault:empty',
]

const mostly = <Usual, Rare>(usual: Usual, rare: fc.Arbitrary<Rare>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: rare })

const endpoints = Object.entries<Endpoint>(api) as [EndpointKey, Endpoint][]

export const fuzzRequest: fc.Arbitrary<FuzzRequest> = fc.constantFrom(...endpoints).chain(([key, endpoint]) =>
  fc.record({
    key: fc.constant(key),
    url: urlOf(key, endpoint),
    body: bodyOf(endpoint),
    contentType: mostly(
      endpoint.upload ? 'multipart/form-data; boundary=x' : 'application/json',
      fc.constantFrom(
        undefined,
        'text/plain',
        'application/json; charset=utf-16',
        'multipart/form-data',
        '*/*',
        'application/x-www-form-urlencoded',
      ),
    ),
    authorization: mostly(
      endpoint.access === 'admin' ? 'admin' : 'user',
      fc.oneof(
        fc.constantFrom('none', 'user', 'admin', 'Bearer', 'Bearer a.b.c', 'Basic dXNlcg=='),
        fc.string({ maxLength: 60 }).map(headerSafe),
      ),
    ),
  }),
)

function urlOf(key: EndpointKey, { params, query }: Endpoint): fc.Arbitrary<string> {
  const path = key.split(' ')[1] ?? ''
  const paths = params
    ? fc
        .oneof(
          fitting(params as JsonSchema).map((value) => String((value as { id: unknown }).id)),
          strange.map(pathSegment),
        )
        .map((id) => path.replace(':id', id))
    : fc.constant(path)
  const queries = query
    ? fc
        .oneof(fitting(query as JsonSchema), nearlyFitting(query as JsonSchema))
        .map((value) => `?${toQuery(value)}`)
    : mostly('', fc.constantFrom('?', '?a=1&a=2', '?__proto__[role]=admin', '?%zz', '?limit=1'))
  return fc.tuple(paths, queries).map(([first, second]) => first + second)
}

/** A form with a file: as it should be, with another field, twice, or cut off. */
const form = fc
  .record({
    content: fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.constantFrom('', 'GIF89a', '\x89PNG\r\n\x1a\n', '<svg/>'),
    ),
    name: mostly('file', fc.constantFrom('', 'other', '__proto__', 'a"b')),
    times: mostly(1, fc.integer({ min: 0, max: 5 })),
    cut: mostly(0, fc.integer({ min: 1, max: 80 })),
  })
  .map(({ content, name, times, cut }) => {
    const part = `--x\r\nContent-Disposition: form-data; name="${name}"; filename="a"\r\n\r\n${content}\r\n`
    const text = `${part.repeat(times)}--x--\r\n`
    return text.slice(0, text.length - cut)
  })

function bodyOf({ body, upload }: Endpoint): fc.Arbitrary<string | undefined> {
  if (upload) return fc.oneof(form, strangeJson)
  if (!body) return mostly(undefined, strangeJson)
  const fittingBody = fitting(body as JsonSchema)
  const withKnownCode = fc
    .tuple(fittingBody as fc.Arbitrary<Record<string, unknown>>, fc.constantFrom(...codes))
    .map(([value, code]) => {
      const name = ['code', 'loginCode'].find((candidate) => candidate in value)
      return name === undefined ? value : { ...value, appId: undefined, [name]: code }
    })
  return fc.oneof(
    {
      weight: 3,
      arbitrary: fc
        .oneof(fittingBody, withKnownCode, nearlyFitting(body as JsonSchema), strange)
        .map((value) => JSON.stringify(value)),
    },
    { weight: 1, arbitrary: strangeJson },
  )
}

/** What a client can send at all: the rest never becomes a request. */
const headerSafe = (text: string) => text.replace(/[^\x21-\x7e]/g, '')
const pathSegment = (value: unknown) => encode((JSON.stringify(value) ?? '').slice(0, 300))

function toQuery(value: unknown): string {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [['strange', value]]
  return entries
    .map(
      ([name, part]) =>
        `${encode(String(name))}=${encode((typeof part === 'string' ? part : (JSON.stringify(part) ?? '')).slice(0, 2000))}`,
    )
    .join('&')
}

/** A lone surrogate cannot be part of a URL. */
const encode = (text: string) => encodeURIComponent(Buffer.from(text).toString())
