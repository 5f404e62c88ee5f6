import { api } from '@repo/shared'
import { expect, it } from 'vitest'
import { isReissue } from '../../src/session/reissue.ts'

it('isReissue matches exactly the user endpoints that return new tokens', () => {
  const answering = Object.entries(api).filter(
    ([, endpoint]) =>
      endpoint.access === 'user' &&
      'response' in endpoint &&
      'refreshToken' in ((endpoint.response as { properties?: object }).properties ?? {}),
  )
  expect(answering.length).toBeGreaterThan(0)
  expect(Object.keys(api).filter(isReissue)).toEqual(answering.map(([key]) => key))
})
