import jwt from '@fastify/jwt'
import type { FastifyInstance } from 'fastify'
import type { Config } from '../../config/config.ts'
import type { SigningKey } from '../../config/keys.ts'
import { ApiError } from '../../utils/api-error.ts'

/** What an access token says: enough to answer a request without asking the database. */
export type Claims = {
  /** The user's id. */
  sub: string
  /** The session's id. */
  sid: string
  role: 'user' | 'admin'
  /** The user's token version at the time of issue. */
  ver: number
  /** The counter of the refresh that issued it, and which of its responses this is, 0 the first; none of a login. */
  ref?: number
  rep?: number
}

/** Claims together with the time of issue, in seconds. */
export type VerifiedClaims = Claims & { iat: number }

export type AccessTokens = {
  issue(claims: Claims): { accessToken: string; accessTokenExpiresAt: Date }
  /** @throws ApiError `access_token_expired` or `access_token_invalid`. */
  verify(token: string): VerifiedClaims
}

/** The services that accept our access tokens; a token for another is not ours to accept. */
const audience = 'api'
/** How many tokens of a key pair are remembered as verified, by their hash; some 1 KB each. */
const cachedTokens = 5000
/** How far the clock of another instance may be ahead of ours. */
const clockToleranceSeconds = 60

/**
 * JSON Web Tokens. The first key signs, all of them verify, so a key can be replaced without logging anybody out,
 * also by one of another algorithm: `@fastify/jwt` is registered once per key.
 */
export async function createAccessTokens(app: FastifyInstance, config: Config): Promise<AccessTokens> {
  const { keys, lifetimeSeconds } = config.accessToken
  for (const key of keys) {
    await app.register(jwt, {
      namespace: key.id,
      secret: secretOf(key),
      sign: {
        algorithm: key.algorithm,
        kid: key.id,
        iss: config.publicUrl,
        aud: audience,
        expiresIn: lifetimeSeconds,
      },
      verify: {
        algorithms: [key.algorithm],
        // An elliptic curve costs some 100 µs per token, which a phone sends again and again until it expires.
        cache: key.algorithm === 'HS256' ? false : cachedTokens,
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
  // nothing of a forged header (`alg: none`, another algorithm, an unknown `kid`, `crit`) to be interpreted.
  const verifiers = new Map(keys.map((key) => [headerOf(key), instanceOf(key.id)]))

  return {
    issue(claims) {
      const issuedAt = nowSeconds()
      return {
        accessToken: signer.sign({ ...claims, iat: issuedAt }),
        accessTokenExpiresAt: new Date((issuedAt + lifetimeSeconds) * 1000),
      }
    },
    verify(token) {
      const verifier = verifiers.get(token.slice(0, token.indexOf('.')))
      if (!verifier)
        throw new ApiError('access_token_invalid', { detail: 'no key of ours signed this token' })
      const { iat, ...claims } = verifyWith(verifier, token)
      // The library compares `iat` with nothing, and a token from the future would outlive its revocation.
      if (typeof iat !== 'number' || iat > nowSeconds() + clockToleranceSeconds)
        throw new ApiError('access_token_invalid', { detail: 'the token was issued in the future' })
      // Whatever its `exp` says: revocations are remembered for one lifetime, so none older may be accepted, also
      // when an instance with a longer lifetime issued it.
      if (iat + lifetimeSeconds + clockToleranceSeconds < nowSeconds())
        throw new ApiError('access_token_expired')
      return { ...claims, iat }
    },
  }
}

function verifyWith(verifier: FastifyInstance['jwt'], token: string): Claims & { iat: unknown } {
  try {
    return verifier.verify(token)
  } catch (error) {
    const expired = (error as { code?: string }).code === 'FAST_JWT_EXPIRED'
    throw new ApiError(expired ? 'access_token_expired' : 'access_token_invalid', { cause: error })
  }
}

/** What `@fastify/jwt` signs and verifies with. */
function secretOf(key: SigningKey) {
  if (key.algorithm === 'HS256') return key.secret
  const { publicKey, privateKey } = key
  return {
    public: publicKey.export({ type: 'spki', format: 'pem' }),
    ...(privateKey ? { private: privateKey.export({ type: 'pkcs8', format: 'pem' }) } : {}),
  }
}

/** The first part of every token of a key, as `@fastify/jwt` writes it. */
const headerOf = ({ algorithm, id }: SigningKey) =>
  Buffer.from(JSON.stringify({ alg: algorithm, typ: 'JWT', kid: id })).toString('base64url')

const nowSeconds = () => Math.floor(Date.now() / 1000)
