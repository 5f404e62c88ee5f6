import type { EndpointKey, LoginResult, Me, RequestBody, ResponseBody } from '@repo/shared'
import type { FastifyInstance } from 'fastify'
import { defineRoute } from '../src/http/define-route.ts'
import { ApiError } from '../src/utils/api-error.ts'

/**
 * Never run: `tsc` is the test. Each line that must not compile is marked, so that `tsc` fails where one does.
 */
export function contractTypes(app: FastifyInstance, result: LoginResult, user: Me): void {
  defineRoute(app, 'POST /v1/auth/login', async ({ body }) => {
    const code: string = body.code
    const appId: string | undefined = body.appId
    // @ts-expect-error: the contract has no such field
    body.openid
    return { ...result, device: [code, appId] }
  })
  // @ts-expect-error: a login without its tokens
  defineRoute(app, 'POST /v1/auth/login', async () => ({ isNewUser: true, user }))
  // @ts-expect-error: no such operation
  defineRoute(app, 'PATCH /v1/me', async () => user)
  // @ts-expect-error: a public operation has no claims
  defineRoute(app, 'POST /v1/auth/refresh', async ({ claims }) => claims)
  defineRoute(app, 'GET /v1/me', async ({ claims, body }) => {
    const userId: string = claims.sub
    const none: undefined = body
    return { ...user, id: userId, none }
  })
  // @ts-expect-error: the answer is 204
  defineRoute(app, 'POST /v1/auth/logout', async () => user)
  // @ts-expect-error: a code that the table does not have
  new ApiError('no_such_code')

  const key: EndpointKey = 'GET /v1/me'
  const body: RequestBody<typeof key> = undefined
  const answer: ResponseBody<typeof key> = { ...user, gender: 'female' }
  // @ts-expect-error: not one of the words
  answer.role = 'root'
  void body
}
