import type { AddressInfo } from 'node:net'
import jwt from '@fastify/jwt'
import Fastify, { type FastifyRequest } from 'fastify'
import { authenticatedPath } from '../scenarios.ts'
import { readSettings, reportToBenchmark } from '../server-settings.ts'
import { createMinimalLogin } from './minimal-login.ts'

/** Fastify and `@fastify/jwt` with schemas, and nothing else: no log, no limits, no session. */
const settings = readSettings()
const { logIn, findUser } = await createMinimalLogin(settings)

const app = Fastify()
await app.register(jwt, { secret: settings.accessTokenKeys, sign: { expiresIn: 600 } })

const authenticate = async (request: FastifyRequest) => {
  await request.jwtVerify()
}
const userIdOf = (request: FastifyRequest) => (request.user as { sub: string }).sub

const text = { type: 'string' }
const object = (properties: Record<string, object>) => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
})
const user = object({ id: text, createdAt: text })

app.post<{ Body: { code: string } }>(
  '/v1/auth/login',
  { schema: { body: object({ code: text }), response: { 200: object({ accessToken: text, user }) } } },
  async ({ body }) => {
    const user = await logIn(body.code)
    return { accessToken: app.jwt.sign({ sub: user.id }), user }
  },
)
app.get('/v1/me', { schema: { response: { 200: user } }, onRequest: authenticate }, (request) =>
  findUser(userIdOf(request)),
)
app.get(
  authenticatedPath,
  { schema: { response: { 200: object({ userId: text }) } }, onRequest: authenticate },
  async (request) => ({ userId: userIdOf(request) }),
)

await app.listen({ host: '127.0.0.1', port: 0 })
reportToBenchmark(app.server.address() as AddressInfo)
