import type { AddressInfo } from 'node:net'
import jwt from '@fastify/jwt'
import rateLimit from '@fastify/rate-limit'
import { api, type LoginBody } from '@repo/shared'
import Fastify, { type FastifyRequest, LogController } from 'fastify'
import { authenticatedPath } from '../scenarios.ts'
import { createPlainLogin, keysOf, type PlainClaims } from './plain-login.ts'
import { readSettings, serve } from './settings.ts'

/**
 * Fastify with its official plugins and nothing between a route and its statements. It does what any production server
 * does: one line per request in the log, a limit on the rate, validation and serialization by schema, a key per `kid`.
 */
const settings = readSettings()
const { logIn, currentUser } = await createPlainLogin(settings)

const app = Fastify({ logger: true, logController: new LogController({ disableRequestLogging: true }) })
app.addHook('onResponse', async ({ log, method, url }, reply) => {
  log.info({ method, url, status: reply.statusCode, durationMs: reply.elapsedTime }, 'request')
})
await app.register(rateLimit, { max: 1_000_000_000, timeWindow: '1 minute' })

// As text: `@fastify/jwt` keeps a verifier only of keys that are.
const keys = new Map(keysOf(settings.accessTokenKeys).map(({ id, secret }) => [id, secret.toString('hex')]))
const [[signingKeyId, signingKey] = ['', '']] = keys
await app.register(jwt, {
  secret: {
    private: signingKey,
    public: (_request, token, done) => done(null, keys.get((token as unknown as Decoded).header.kid)),
  },
  decode: { complete: true },
  sign: { algorithm: 'HS256', kid: signingKeyId, iss: 'benchmark', aud: 'api', expiresIn: 600 },
  verify: { algorithms: ['HS256'], allowedIss: 'benchmark', allowedAud: 'api' },
})
type Decoded = { header: { kid: string } }

const authenticate = async (request: FastifyRequest) => {
  await request.jwtVerify()
}
const claimsOf = (request: FastifyRequest) => request.user as PlainClaims

const { body, response } = api['POST /v1/auth/login']
app.post<{ Body: LoginBody }>(
  '/v1/auth/login',
  { schema: { body, response: { 200: response } } },
  (request) => logIn(request.body, request.ip, (claims) => app.jwt.sign(claims)),
)

const me = { response: { 200: api['GET /v1/me'].response } }
app.get('/v1/me', { schema: me, onRequest: authenticate }, async (request) => currentUser(claimsOf(request)))

const authenticated = { response: { 200: { type: 'object', properties: { userId: { type: 'string' } } } } }
app.get(authenticatedPath, { schema: authenticated, onRequest: authenticate }, async (request) => ({
  userId: claimsOf(request).sub,
}))

await app.listen({ host: '127.0.0.1', port: 0 })
serve(app.server.address() as AddressInfo)
