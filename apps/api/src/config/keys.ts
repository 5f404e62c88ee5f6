import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { type Key, parseKeys } from './values.ts'

/**
 * A key of access tokens: a secret, known to nobody else, or a key pair, whose public half lets other services
 * verify. A pair without its private half verifies and cannot sign.
 */
export type SigningKey = { id: string } & (
  | { algorithm: 'HS256'; secret: Buffer }
  | { algorithm: 'EdDSA' | 'ES256'; publicKey: KeyObject; privateKey: KeyObject | null }
)

const maximumSecretBytes = 1024
/** Beyond any PEM we take, so that an RSA key is told what is wrong with it rather than that it is long. */
const maximumPemBytes = 8192
const recipe = 'openssl genpkey -algorithm ed25519 | openssl base64 -A'

/** `id:base64` pairs, separated by commas: of a secret, or of a PEM file. The first signs. */
export function parseSigningKeys(text: string): SigningKey[] | string {
  const parts = parseKeys(text, { minimumBytes: 32, maximumBytes: maximumPemBytes })
  if (typeof parts === 'string') return parts
  const keys: SigningKey[] = []
  for (const part of parts) {
    const key = part.secret.includes('-----BEGIN ') ? readPem(part) : readSecret(part)
    if (typeof key === 'string') return `"${part.id}" ${key}`
    keys.push(key)
  }
  const [first] = keys
  if (first && first.algorithm !== 'HS256' && !first.privateKey)
    return `"${first.id}" is the first and so has to sign, but is a public key alone`
  return keys
}

function readSecret({ id, secret }: Key): SigningKey | string {
  if (isKeyInAnotherForm(secret))
    return `is a key, but no PEM: give the whole file from -----BEGIN to END-----, in base64: ${recipe}`
  if (secret.length > maximumSecretBytes)
    return `has ${secret.length} bytes, and must have at most ${maximumSecretBytes}: openssl rand -base64 32`
  return { id, algorithm: 'HS256', secret }
}

function readPem({ id, secret: pem }: Key): SigningKey | string {
  const isPrivate = pem.includes('PRIVATE KEY-----')
  let publicKey: KeyObject
  let privateKey: KeyObject | null
  try {
    privateKey = isPrivate ? createPrivateKey(pem) : null
    publicKey = createPublicKey(pem)
  } catch {
    // Without the reason: it comes from OpenSSL, and nobody knows what it quotes.
    return `is a PEM that cannot be read: it must be a key without a passphrase: ${recipe}`
  }
  const kind = publicKey.asymmetricKeyDetails?.namedCurve ?? String(publicKey.asymmetricKeyType)
  const algorithm = algorithms[kind]
  return algorithm
    ? { id, algorithm, publicKey, privateKey }
    : `is of the kind ${kind}, and must be Ed25519 or P-256: ${recipe}`
}

/** By the names that OpenSSL has for the kinds of keys; P-256 is its prime256v1. */
const algorithms: Record<string, 'EdDSA' | 'ES256'> = { ed25519: 'EdDSA', prime256v1: 'ES256' }

/** Such a key must not pass for a secret: half of it may be public, and then anybody could sign. */
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
