import jwt from '@fastify/jwt'
import type { FastifyInstance } from 'fastify'
import type { Config } from '../../config/config.ts'
import type { SigningKey } from '../../config/keys.ts'
import { ApiError } from '../../utils/api-error.ts'

/** The claims of an access token: enough to authenticate a request without a query. */
export type Claims = {
  /** The user's id. */
  sub: string
  /** The session's id. */
  sid: string
  role: 'user' | 'admin'
  /** The user's token version at the time of issue. */
  ver: number
  /** The counter of the refresh that issued it, and the number of its response, from 0; absent after a login. */
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

/** The services that accept our access tokens. */
const audience = 'api'
/** Verified tokens of a key pair are cached by their hash; some 1 KB each. */
const cachedTokens = 5000
/** How far the clock of another instance may be ahead of this one's. */
const clockToleranceSeconds = 60

/**
 * JSON Web Tokens. The first key signs, all of them verify, so that a key can be rotated without logging users out, also to
 * another algorithm: `@fastify/jwt` is registered once per key.
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
        // Verifying an elliptic-curve signature takes some 100 µs, and clients send a token many times.
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

  // Our tokens start with one of our own headers, byte for byte. Comparing that selects the key, so that a forged header
  // (`alg: none`, another algorithm, an unknown `kid`, `crit`) is never interpreted.
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
        throw new ApiError('access_token_invalid', { detail: 'signature matches no configured key' })
      const { iat, ...claims } = verifyWith(verifier, token)
      // The library does not check `iat`, and a token from the future would outlive its revocation.
      if (typeof iat !== 'number' || iat > nowSeconds() + clockToleranceSeconds)
        throw new ApiError('access_token_invalid', { detail: 'the token was issued in the future' })
      // Regardless of `exp`: revocations are remembered for one lifetime of this instance, so an older token is rejected,
      // also when an instance with a longer lifetime issued it.
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

/** The secret of `@fastify/jwt`. */
function secretOf(key: SigningKey) {
  if (key.algorithm === 'HS256') return key.secret
  const { publicKey, privateKey } = key
  return {
    public: publicKey.export({ type: 'spki', format: 'pem' }),
    ...(privateKey ? { private: privateKey.export({ type: 'pkcs8', format: 'pem' }) } : {}),
  }
}

/** The header of every token of a key, as `@fastify/jwt` writes it. */
const headerOf = ({ algorithm, id }: SigningKey) =>
  Buffer.from(JSON.stringify({ alg: algorithm, typ: 'JWT', kid: id })).toString('base64url')

const nowSeconds = () => Math.floor(Date.now() / 1000)
