import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { InvalidValue } from './value-types.ts'

/** A secret with an id, so that a new one can take over while the old one is still accepted. */
export type Key = { id: string; secret: Buffer }
export type Keys<Kind = Key> = [Kind, ...Kind[]]

/**
 * A key of access tokens: a secret, or a key pair, whose public half lets other services verify. A pair without its
 * private half verifies and cannot sign.
 */
export type SigningKey = { id: string } & (
  | { algorithm: 'HS256'; secret: Buffer }
  | { algorithm: 'EdDSA' | 'ES256'; publicKey: KeyObject; privateKey: KeyObject | null }
)

const maximumSecretBytes = 1024
/** Larger than any accepted PEM, so that the issue of an RSA key is its kind and not its length. */
const maximumPemBytes = 8192
const opensslHint = 'openssl genpkey -algorithm ed25519 | openssl base64 -A'

/** Parses `id:base64` pairs, separated by commas, the newest first. @throws InvalidValue */
export function parseKeys(
  text: string,
  { minimumBytes, maximumBytes = 1024 }: { minimumBytes: number; maximumBytes?: number },
): Keys {
  const keys: Key[] = []
  for (const part of text.split(',')) {
    const [, id, encoded] = /^\s*([\w-]{1,32}):([A-Za-z0-9+/_-]+={0,2})\s*$/.exec(part) ?? []
    if (!id || !encoded)
      throw new InvalidValue(
        'must be id:base64 pairs, separated by commas, such as k1:<openssl rand -base64 32>',
      )
    const secret = Buffer.from(encoded, 'base64')
    if (secret.length < minimumBytes || secret.length > maximumBytes) {
      const size = minimumBytes === maximumBytes ? `exactly ${minimumBytes}` : `at least ${minimumBytes}`
      throw new InvalidValue(
        `"${id}" has ${secret.length} bytes, and must have ${size}: openssl rand -base64 32`,
      )
    }
    if (keys.some((key) => key.id === id)) throw new InvalidValue(`has the id "${id}" twice`)
    keys.push({ id, secret })
  }
  return keys as Keys
}

/** Parses `id:base64` pairs of a secret or of a PEM file. The first signs. @throws InvalidValue */
export function parseSigningKeys(text: string): Keys<SigningKey> {
  const parts = parseKeys(text, { minimumBytes: 32, maximumBytes: maximumPemBytes })
  const keys = parts.map((part) =>
    part.secret.includes('-----BEGIN ') ? readPem(part) : readSecret(part),
  ) as Keys<SigningKey>
  const [first] = keys
  if (first.algorithm !== 'HS256' && !first.privateKey)
    throw new InvalidValue(`"${first.id}" is the first and so has to sign, but is a public key alone`)
  return keys
}

function readSecret({ id, secret }: Key): SigningKey {
  if (isKeyInAnotherForm(secret))
    throw new InvalidValue(
      `"${id}" is a key, but no PEM: give the whole file from -----BEGIN to END-----, in base64: ${opensslHint}`,
    )
  if (secret.length > maximumSecretBytes)
    throw new InvalidValue(
      `"${id}" has ${secret.length} bytes, and must have at most ${maximumSecretBytes}: openssl rand -base64 32`,
    )
  return { id, algorithm: 'HS256', secret }
}

function readPem({ id, secret: pem }: Key): SigningKey {
  const isPrivate = pem.includes('PRIVATE KEY-----')
  let publicKey: KeyObject
  let privateKey: KeyObject | null
  try {
    privateKey = isPrivate ? createPrivateKey(pem) : null
    publicKey = createPublicKey(pem)
  } catch {
    // Without OpenSSL's reason, which may quote the key.
    throw new InvalidValue(
      `"${id}" is a PEM that cannot be read: it must be a key without a passphrase: ${opensslHint}`,
    )
  }
  const kind = publicKey.asymmetricKeyDetails?.namedCurve ?? String(publicKey.asymmetricKeyType)
  const algorithm = algorithms[kind]
  if (algorithm === undefined)
    throw new InvalidValue(`"${id}" is of the kind ${kind}, and must be Ed25519 or P-256: ${opensslHint}`)
  return { id, algorithm, publicKey, privateKey }
}

/** By OpenSSL's names for the kinds of keys; P-256 is its prime256v1. */
const algorithms: Record<string, 'EdDSA' | 'ES256'> = { ed25519: 'EdDSA', prime256v1: 'ES256' }

/** Such a key must not pass for a secret: half of it may be public, and then any client could sign. */
function isKeyInAnotherForm(bytes: Buffer): boolean {
  const readers = [
    () => createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' }),
    () => createPrivateKey({ key: bytes, format: 'der', type: 'sec1' }),
    () => createPublicKey({ key: bytes, format: 'der', type: 'spki' }),
    () => createPublicKey({ key: JSON.parse(bytes.toString()), format: 'jwk' }),
  ]
  return /^(ssh|ecdsa)-/.test(bytes.toString('latin1')) || readers.some(succeeds)
}

function succeeds(read: () => unknown): boolean {
  try {
    read()
    return true
  } catch {
    return false
  }
}
