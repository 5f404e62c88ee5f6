import jwt from '@fastify/jwt'
import type { FastifyInstance } from 'fastify'
import type { Config } from '../config.ts'
import { ApiError } from '../problem.ts'

/** What an access token says: enough to answer a request without asking the database. */
export type Claims = {
  /** The user's id. */
  sub: string
  /** The session's id. */
  sid: string
  role: 'user' | 'admin'
  /** The user's token version at the time of issue. */
  ver: number
}

export type AccessTokens = {
  issue(claims: Claims): { accessToken: string; accessTokenExpiresAt: Date }
  /** @throws ApiError `access_token_expired` or `access_token_invalid`. */
  verify(token: string): Claims
}

/** The services that accept our access tokens; a token for another is not ours to accept. */
const audience = 'api'

/**
 * JSON Web Tokens, signed with HMAC-SHA-256. The first key signs, all of them verify, so a key can be replaced
 * without logging anybody out: `@fastify/jwt` is registered once per key.
 */
export async function createAccessTokens(app: FastifyInstance, config: Config): Promise<AccessTokens> {
  const { keys, lifetimeSeconds } = config.accessToken
  for (const key of keys) {
    await app.register(jwt, {
      namespace: key.id,
      secret: key.secret,
      sign: {
        algorithm: 'HS256',
        kid: key.id,
        iss: config.publicUrl,
        aud: audience,
        expiresIn: lifetimeSeconds,
      },
      verify: {
        algorithms: ['HS256'],
        allowedIss: config.publicUrl,
        allowedAud: audience,
        requiredClaims: ['iss', 'aud', 'sub', 'sid', 'role', 'ver', 'iat', 'exp'],
      },
    })
  }
  const instances = app.jwt as unknown as Record<string, FastifyInstance['jwt']>
  const signer = instanceOf(keys[0].id)

  function instanceOf(id: string): FastifyInstance['jwt'] {
    const instance = instances[id]
    if (!instance) throw new Error(`@fastify/jwt was not registered for the key ${id}`)
    return instance
  }

  // A token of ours begins with one of our own headers, byte for byte. Comparing that picks the key, and leaves
  // nothing of a forged header (`alg: none`, another algorithm, an unknown `kid`) to be interpreted.
  const verifiers = new Map(
    keys.map(({ id }) => [headerOf(instanceOf(id).sign({ sub: '' })), instanceOf(id)]),
  )

  return {
    issue(claims) {
      const issuedAt = Math.floor(Date.now() / 1000)
      return {
        accessToken: signer.sign({ ...claims, iat: issuedAt }),
        accessTokenExpiresAt: new Date((issuedAt + lifetimeSeconds) * 1000),
      }
    },
    verify(token) {
      const verifier = verifiers.get(headerOf(token))
      if (!verifier)
        throw new ApiError('access_token_invalid', { detail: 'no key of ours signed this token' })
      try {
        return verifier.verify<Claims>(token)
      } catch (error) {
        const expired = (error as { code?: string }).code === 'FAST_JWT_EXPIRED'
        throw new ApiError(expired ? 'access_token_expired' : 'access_token_invalid', { cause: error })
      }
    },
  }
}

const headerOf = (token: string) => token.slice(0, token.indexOf('.') + 1)
