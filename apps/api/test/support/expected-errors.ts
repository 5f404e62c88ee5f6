import { api, type EndpointKey, errorsOf } from '@repo/shared'
import { expect } from 'vitest'
import type { Config } from '../../src/config/config.ts'

/** What any request can meet before it reaches an operation. */
const anywhere = [
  'invalid_request',
  'internal_error',
  'shutting_down',
  'unsupported_media_type',
  'body_too_large',
]

/** What the guard of the development API answers; production has none. */
const anywhereInDevelopment: string[] = [...anywhere, 'forbidden']

const patterns = (Object.keys(api) as EndpointKey[]).map((key) => {
  const [method, path = ''] = key.split(' ')
  return { key, pattern: new RegExp(`^${method} ${path.replace(':id', '[^/?]+')}(\\?|$)`) }
})

/** Whoever reads the contract must be able to rely on its lists of errors: no operation answers with another. */
export function expectErrorOfContract(
  request: string,
  code: unknown,
  { environment }: Pick<Config, 'environment'>,
): void {
  const operation = patterns.find(({ pattern }) => pattern.test(request))
  if (operation && typeof code === 'string')
    expect(
      [...errorsOf(operation.key), ...(environment === 'development' ? anywhereInDevelopment : anywhere)],
      `an error of ${operation.key}`,
    ).toContain(code)
}
