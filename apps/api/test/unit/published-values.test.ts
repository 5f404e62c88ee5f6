import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from '../../src/config/config.ts'
import { newApp, newPush, productionVariables } from '../support/production.ts'
import {
  findCommittedSecrets,
  isClone,
  renderPublishedValues,
  type SecretKind,
} from '../support/repository-secrets.ts'

const list = '../../src/config/published-values.ts'
/** A production that is right but for this value. */
const productionsWith: Record<SecretKind, (value: string) => Record<string, string>[]> = {
  appSecret: (secret) => [{ WECHAT_APPS: JSON.stringify([{ ...newApp(), secret }]) }],
  pushToken: (token) => [{ WECHAT_APPS: JSON.stringify([{ ...newApp(), push: { ...newPush(), token } }]) }],
  encodingAesKey: (encodingAesKey) => [
    { WECHAT_APPS: JSON.stringify([{ ...newApp(), push: { ...newPush(), encodingAesKey } }]) },
    { DATA_KEYS: `k1:${encodingAesKey}` },
  ],
  key: (key) =>
    ['ACCESS_TOKEN_KEYS', 'REFRESH_TOKEN_KEYS', 'DATA_KEYS'].map((name) => ({ [name]: `k1:${key}` })),
  password: (password) =>
    [encodeURIComponent(password)].flatMap((encoded) => [
      { DATABASE_URL: `postgresql://api:${encoded}@db.internal/api` },
      { REDIS_URL: `rediss://api:${encoded}@redis.internal` },
      { WECHAT_PROXY_URL: `http://api:${encoded}@proxy.internal:3128` },
    ]),
  s3Secret: (secret) => [
    { S3_BUCKET_URL: 'https://files.internal', S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: secret },
  ],
}

function faultsOf(variables: Record<string, string>): string[] {
  try {
    readConfig(variables)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.issues
    throw error
  }
}

describe.runIf(isClone)('secret-looking values in this repository', () => {
  const secrets = findCommittedSecrets()

  it('are exactly those whose hashes the API rejects', async () => {
    expect(secrets.map(({ value }) => value)).toEqual(
      expect.arrayContaining(['development', 'developmentdevelopmentdevelopmentdevelopmen', '0'.repeat(32)]),
    )
    const values = secrets.flatMap(({ value }) => [value, Buffer.from(value, 'base64').toString('base64')])
    // One letter is no base64: what it decodes to is empty, and no secret.
    await expect(renderPublishedValues(values.filter((value) => value !== ''))).toMatchFileSnapshot(list)
  })

  it('are rejected in production by the variable that they are for, without being shown', () => {
    expect(
      faultsOf({ ...productionVariables(), WECHAT_APPS: JSON.stringify([{ ...newApp(), push: newPush() }]) }),
    ).toEqual([])
    const accepted: string[] = []
    for (const { kind, value, file } of secrets) {
      for (const variables of productionsWith[kind](value)) {
        const faults = faultsOf({ ...productionVariables(), ...variables })
        const name = Object.keys(variables).at(-1) ?? ''
        if (!faults.some((fault) => fault.startsWith(name))) accepted.push(`${name}: ${value} (${file})`)
        if (value.length >= 16) expect(faults.join()).not.toContain(value)
      }
    }
    expect(accepted).toEqual([])
  })
})
