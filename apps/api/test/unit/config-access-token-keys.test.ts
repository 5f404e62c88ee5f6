import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ConfigError, readConfig } from '../../src/config/config.ts'
import { temporaryFolder } from '../support/api-process.ts'
import { newKey } from '../support/keys.ts'
import { productionVariables } from '../support/production.ts'
import { configured, newKeyPair } from '../support/signing-keys.ts'

const production = productionVariables()

const keysOf = (value: string) => readConfig({ ...production, ACCESS_TOKEN_KEYS: value }).accessToken.keys

function faultOf(value: string): string {
  try {
    keysOf(value)
    return ''
  } catch (error) {
    return error instanceof ConfigError ? error.message : String(error)
  }
}

const ed25519 = newKeyPair('k1', 'EdDSA')
const p256 = newKeyPair('k2', 'ES256')
const pkcs8 = { type: 'pkcs8', format: 'pem' } as const
const pemOf = (pair: { privateKey: KeyObject }) => String(pair.privateKey.export(pkcs8))

describe('ACCESS_TOKEN_KEYS', () => {
  it('accepts secrets, Ed25519 and P-256 keys in one list, and recognizes each', () => {
    const keys = keysOf(`${ed25519.whole}, ${p256.whole},${newKey('k3')}`)
    expect(keys.map(({ id, algorithm }) => [id, algorithm])).toEqual([
      ['k1', 'EdDSA'],
      ['k2', 'ES256'],
      ['k3', 'HS256'],
    ])
  })

  it('accepts P-256 also as `openssl ecparam -genkey` writes it', () => {
    const sec1 = String(p256.privateKey.export({ type: 'sec1', format: 'pem' }))
    const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n'
    expect(keysOf(configured('k1', parameters + sec1))).toMatchObject([{ algorithm: 'ES256' }])
  })

  it.each([
    ['EdDSA', '-algorithm ed25519'],
    ['ES256', '-algorithm EC -pkeyopt ec_paramgen_curve:P-256'],
  ])('accepts the %s key that the commands in docs/deploy.md create', async (algorithm, options) => {
    const docs = readFileSync(join(import.meta.dirname, '../../../../docs/deploy.md'), 'utf8')
    const commands = /```sh\n(openssl genpkey [^`]+)```/.exec(docs)?.[1] ?? ''
    expect(docs).toContain(options)
    const { folder, remove } = await temporaryFolder()
    onTestFinished(remove)
    const key = execFileSync('sh', ['-c', commands.replace('-algorithm ed25519', options)], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(keysOf(`${newKey('k1')},${key.trim()}`)).toMatchObject([
      { id: 'k1', algorithm: 'HS256' },
      { id: 'k2', algorithm, privateKey: expect.anything() },
    ])
  })

  it('accepts a public key for verification after one that signs', () => {
    const [, second] = keysOf(`${newKey('k0')},${ed25519.publicOnly}`)
    expect(second).toMatchObject({ id: 'k1', algorithm: 'EdDSA', privateKey: null })
  })

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const encrypted = { ...pkcs8, cipher: 'aes-256-cbc', passphrase: 'hunter2' }
  const faults: [string, string, RegExp][] = [
    ['nothing', '', /is missing/],
    ['no base64', 'k1:-----BEGIN PRIVATE KEY-----', /must be id:base64 pairs/],
    [
      'a secret of 31 bytes',
      configured('k1', randomBytes(31)),
      /"k1" has 31 bytes, and must have at least 32/,
    ],
    ['a secret of 2 KB', configured('k1', randomBytes(2048)), /"k1" has 2048 bytes, and must have at most/],
    ['one id twice', `${ed25519.whole},${newKey('k1')}`, /the id "k1" twice/],
    ['a public key in the first place', ed25519.publicOnly, /"k1" is the first and so has to sign/],
    ['RSA', configured('k1', pemOf(rsa)), /"k1" is of the kind rsa, and must be Ed25519 or P-256/],
    [
      'P-384',
      configured('k1', pemOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }))),
      /"k1" is of the kind secp384r1/,
    ],
    [
      'secp256k1',
      configured('k1', pemOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }))),
      /"k1" is of the kind secp256k1/,
    ],
    ['X25519', configured('k1', pemOf(generateKeyPairSync('x25519'))), /"k1" is of the kind x25519/],
    [
      'a PEM with a passphrase',
      configured('k1', String(ed25519.privateKey.export(encrypted))),
      /"k1" is a PEM that cannot be read/,
    ],
    ['half a PEM', configured('k1', pemOf(ed25519).slice(0, 60)), /"k1" is a PEM that cannot be read/],
    [
      'a private key as DER',
      configured('k1', ed25519.privateKey.export({ type: 'pkcs8', format: 'der' })),
      /"k1" is a key, but no PEM/,
    ],
    [
      'a public key as DER, which must not pass for a secret',
      configured('k1', Buffer.from(ed25519.publicPem.split('\n')[1] ?? '', 'base64')),
      /"k1" is a key, but no PEM/,
    ],
    [
      'a JSON Web Key',
      configured('k1', JSON.stringify(ed25519.privateKey.export({ format: 'jwk' }))),
      /"k1" is a key, but no PEM/,
    ],
    [
      'a public key of SSH',
      configured('k1', `ssh-ed25519 ${randomBytes(51).toString('base64')} me@here`),
      /"k1" is a key, but no PEM/,
    ],
    ['a development key', newKeyPair('development', 'EdDSA').whole, /"development" is a development key/],
    [
      'one key twice under two names',
      `${ed25519.whole},${configured('k9', ed25519.publicPem)}`,
      /"k9" repeats another key/,
    ],
  ]

  it.each(faults)('rejects %s, in one line without the key', (_name, value, message) => {
    const fault = faultOf(value)
    expect(fault).toMatch(message)
    expect(fault).toMatch(/^ACCESS_TOKEN_KEYS [^\n]+$/)
    const secrets = value.split(',').map((part) => part.split(':')[1] ?? '')
    for (const secret of secrets.filter(({ length }) => length > 30)) expect(fault).not.toContain(secret)
    expect(fault).not.toContain('MC4C')
  })
})

describe('SESSIONS_PER_USER', () => {
  const read = (value?: string) =>
    readConfig({ ...production, ACCESS_TOKEN_KEYS: ed25519.whole, SESSIONS_PER_USER: value }).sessionsPerUser

  it('is 20 by default', () => {
    expect(read()).toBe(20)
    expect(read('3')).toBe(3)
  })

  it.each(['0', '-1', '1.5', 'many', '1001'])('rejects %s', (value) => {
    expect(() => read(value)).toThrow('SESSIONS_PER_USER must be a whole number from 1 to 1000')
  })
})
