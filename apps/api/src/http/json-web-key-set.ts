import type { FastifyInstance } from 'fastify'
import type { SigningKey } from '../config/keys.ts'
import { ApiError } from '../utils/api-error.ts'

/** How long other services may cache the set; a new key should be published this long before it signs. */
const maximumAgeSeconds = 300

/**
 * The public keys of the access tokens (RFC 7517), for other services that verify them. It never contains a secret, so
 * there is no set where all keys are secrets.
 */
export function registerJsonWebKeySet(app: FastifyInstance, signingKeys: SigningKey[]): void {
  const keys = signingKeys.flatMap(toPublicJsonWebKey)
  const body = JSON.stringify({ keys })

  const options = { schema: { hide: true }, onRequest: app.rateLimitByIp() }
  app.get('/.well-known/jwks.json', options, async (_request, reply) => {
    if (keys.length === 0)
      throw new ApiError('not_found', {
        detail: 'access tokens are signed with a secret, so no key is public',
      })
    return reply
      .header('cache-control', `public, max-age=${maximumAgeSeconds}`)
      .type('application/jwk-set+json')
      .send(body)
  })
}

function toPublicJsonWebKey(key: SigningKey): object[] {
  if (key.algorithm === 'HS256') return []
  const { kty, crv, x, y } = key.publicKey.export({ format: 'jwk' })
  return [{ kid: key.id, use: 'sig', alg: key.algorithm, kty, crv, x, y }]
}
