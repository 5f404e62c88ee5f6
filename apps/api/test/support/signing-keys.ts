import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** A key pair as the configuration takes it, whole or its public half alone. */
export type TestKeyPair = {
  algorithm: 'EdDSA' | 'ES256'
  privateKey: KeyObject
  publicPem: string
  /** `id:base64` of the PEM. */
  whole: string
  publicOnly: string
}

export function newKeyPair(id: string, algorithm: TestKeyPair['algorithm']): TestKeyPair {
  const { publicKey, privateKey } =
    algorithm === 'EdDSA'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const publicPem = String(publicKey.export({ type: 'spki', format: 'pem' }))
  return {
    algorithm,
    privateKey,
    publicPem,
    whole: configured(id, String(privateKey.export({ type: 'pkcs8', format: 'pem' }))),
    publicOnly: configured(id, publicPem),
  }
}

/** A key in the form of the configuration. */
export const configured = (id: string, bytes: string | Buffer) =>
  `${id}:${Buffer.from(bytes).toString('base64')}`

export const encodePart = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
export const decodePart = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString())

/** A token by hand, without the library that is under test. */
export function signToken(header: object, claims: object, key: Buffer | string | KeyObject): string {
  const input = `${encodePart(header)}.${encodePart(claims)}`
  return `${input}.${signatureOf(input, key).toString('base64url')}`
}

function signatureOf(input: string, key: Buffer | string | KeyObject): Buffer {
  if (typeof key === 'string' || Buffer.isBuffer(key)) return createHmac('sha256', key).update(input).digest()
  const isEcdsa = key.asymmetricKeyType === 'ec'
  return sign(isEcdsa ? 'sha256' : null, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
}
