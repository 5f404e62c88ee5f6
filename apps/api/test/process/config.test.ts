import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from '../../src/config.ts'
import { newKey } from '../support/keys.ts'

const development = {
  WECHAT_API_URL: 'http://127.0.0.1:4100',
  WECHAT_APPS: '[{"appId":"touristappid","secret":"00000000000000000000000000000000"}]',
  ACCESS_TOKEN_KEYS: newKey('development'),
  REFRESH_TOKEN_KEYS: newKey('development'),
  DATA_KEYS: newKey('development'),
}

const production = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://api.example.com',
  DATABASE_URL: 'postgresql://api@db.internal/api',
  WECHAT_APPS: '[{"appId":"wx8f16a5be77871234","secret":"5f2b6c1d9e8a47b0c3d4e5f60718293a"}]',
  ACCESS_TOKEN_KEYS: newKey('k1'),
  REFRESH_TOKEN_KEYS: newKey('k1'),
  DATA_KEYS: newKey('k1'),
}

const faultsOf = (variables: Record<string, string | undefined>): string[] => {
  try {
    readConfig(variables)
    return []
  } catch (error) {
    return error instanceof ConfigError ? error.faults : [String(error)]
  }
}

describe('configuration', () => {
  it('has a default for everything that is not a secret', () => {
    expect(readConfig(production)).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      wechat: { apiUrl: 'https://api.weixin.qq.com', timeoutMs: 5000 },
      accessToken: { lifetimeSeconds: 600 },
      trustedProxies: [],
      redisUrl: null,
      limits: {
        perIp: 1200,
        loginPerIp: 60,
        loginPerPerson: 10,
        refreshPerIp: 300,
        refreshPerSession: 60,
        passwordPerIp: 30,
        passwordPerAccount: 5,
      },
      passwordHash: { memoryKib: 19_456, passes: 2 },
      metrics: null,
      refreshToken: { lifetimeSeconds: 30 * 86_400, maximumLifetimeSeconds: 180 * 86_400 },
    })
    expect(readConfig(development).publicUrl).toBe('http://127.0.0.1:3000')
  })

  it('keeps several keys, the newest first', () => {
    const keys = `${newKey('k2')}, ${newKey('k1')}`
    expect(
      readConfig({ ...development, ACCESS_TOKEN_KEYS: keys }).accessToken.keys.map(({ id }) => id),
    ).toEqual(['k2', 'k1'])
  })

  describe('of message push', () => {
    const appWith = (push: unknown) =>
      JSON.stringify([{ appId: 'wx8f16a5be77871234', secret: '5f2b6c1d9e8a47b0c3d4e5f60718293a', push }])
    const key = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
    const entry = 'WECHAT_APPS entry 1 (wx8f16a5be77871234) has a "push"'

    it('keeps token and key', () => {
      const { apps } = readConfig({
        ...production,
        WECHAT_APPS: appWith({ token: 't', encodingAesKey: key, more: 1 }),
      }).wechat
      expect(apps[0].push).toEqual({ token: 't', encodingAesKey: key })
    })

    it.each([
      ['no token', {}, `${entry} without a "token": the one that you set in WeChat's console`],
      ['null', null, `${entry} without a "token": the one that you set in WeChat's console`],
      [
        'a short key',
        { token: 't', encodingAesKey: key.slice(1) },
        `${entry} whose "encodingAesKey" has not exactly 43 characters`,
      ],
      [
        'a key with a sign',
        { token: 't', encodingAesKey: `-${key.slice(1)}` },
        `${entry} whose "encodingAesKey" is not letters and digits alone`,
      ],
    ])('refuses %s precisely, without showing it', (_, push, fault) => {
      expect(faultsOf({ ...development, WECHAT_APPS: appWith(push) })).toEqual([fault])
    })

    it('refuses plain mode in production alone', () => {
      const plain = { WECHAT_APPS: appWith({ token: 't' }) }
      expect(faultsOf({ ...development, ...plain })).toEqual([])
      expect(faultsOf({ ...production, ...plain })).toEqual([
        expect.stringContaining(
          '"wx8f16a5be77871234" has a push without an "encodingAesKey": plain mode signs no message',
        ),
      ])
    })
  })

  it('names all faults at once, one line each, and no secret', () => {
    const faults = faultsOf({
      PORT: 'abc',
      LOG_LEVEL: 'loud',
      PUBLIC_URL: 'api.example.com',
      WECHAT_APPS: '[{"appId":"wx1","secret":""}]',
      WECHAT_TIMEOUT_MS: '-1',
      DATABASE_URL: 'mysql://root:hunter2@db/api',
      ACCESS_TOKEN_KEYS: 'k1:c2hvcnQ=',
      REFRESH_TOKEN_KEYS: 'topsecret',
    })
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
      'PORT',
      'PUBLIC_URL',
      'LOG_LEVEL',
      'DATABASE_URL',
      'WECHAT_APPS',
      'WECHAT_TIMEOUT_MS',
      'ACCESS_TOKEN_KEYS',
      'REFRESH_TOKEN_KEYS',
      'DATA_KEYS',
    ])
    expect(faults.join('\n')).not.toMatch(/hunter2|topsecret|c2hvcnQ/)
  })

  it.each([
    ['not JSON', 'wx1', /is not JSON/],
    ['no list', '{}', /must be JSON such as/],
    ['empty', '[]', /must be JSON such as/],
    ['without AppID', '[{"secret":"x"}]', /entry 1 has no "appId"/],
    ['without secret', '[{"appId":"wx1"}]', /entry 1 \(wx1\) has no "secret"/],
    ['twice the same', '[{"appId":"wx1","secret":"x"},{"appId":"wx1","secret":"y"}]', /the AppID wx1 twice/],
    ['a list of nothing', '[null]', /entry 1 has no "appId"/],
  ])('says what is wrong with WECHAT_APPS: %s', (_name, value, message) => {
    expect(faultsOf({ ...development, WECHAT_APPS: value })).toEqual([expect.stringMatching(message)])
  })

  it('rejects a WECHAT_TIMEOUT_MS that outlasts the mini program', () => {
    expect(faultsOf({ ...development, WECHAT_TIMEOUT_MS: '5000' })).toEqual([])
    expect(faultsOf({ ...development, WECHAT_TIMEOUT_MS: '5001' })).toEqual([
      'WECHAT_TIMEOUT_MS must be a whole number from 100 to 5000',
    ])
  })

  it('takes addresses and CIDR blocks as TRUSTED_PROXIES', () => {
    const { trustedProxies } = readConfig({
      ...development,
      TRUSTED_PROXIES: ' 10.0.0.0/8,192.0.2.1 , fd00::/8,::1,',
    })
    expect(trustedProxies).toEqual(['10.0.0.0/8', '192.0.2.1', 'fd00::/8', '::1'])
  })

  it.each([
    'true',
    '*',
    '1',
    'loopback',
    '10.0.0.0/33',
    '10.0.0/8',
    'fd00::/129',
    '10.0.0.1/',
    'proxy.internal',
  ])('refuses as TRUSTED_PROXIES what is no address and no block: %s', (value) => {
    const faults = faultsOf({ ...development, TRUSTED_PROXIES: `192.0.2.1,${value}` })
    expect(faults).toEqual([expect.stringMatching(/^TRUSTED_PROXIES must be addresses or CIDR blocks/)])
  })

  it.each(['0.0.0.0/0', '::/0', '10.0.0.0/00', '0.0.0.0/1', '::ffff:0:0/96', '2000::/3'])(
    'refuses to trust everybody as a proxy: %s',
    (value) => {
      expect(faultsOf({ ...development, TRUSTED_PROXIES: value })).toEqual([
        expect.stringMatching(/^TRUSTED_PROXIES must not trust everybody/),
      ])
    },
  )

  it('says what is wrong with limits, Redis and metrics, and not the password', () => {
    const faults = faultsOf({
      ...development,
      REDIS_URL: 'http://:hunter2@redis',
      LIMIT_LOGIN_PER_IP: '-1',
      METRICS_PORT: '0',
    })
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
      'REDIS_URL',
      'LIMIT_LOGIN_PER_IP',
      'METRICS_PORT',
    ])
    expect(faults.join()).not.toContain('hunter2')
  })

  it('keeps pictures in a folder, or in the bucket that is named with all that it needs', () => {
    expect(readConfig(development).storage).toEqual({ folder: expect.stringMatching(/[\\/]files$/) })
    const bucket = {
      S3_BUCKET_URL: 'https://pictures.oss-cn-hangzhou.aliyuncs.com/',
      S3_ACCESS_KEY_ID: 'id',
      S3_SECRET_ACCESS_KEY: 'hunter2',
    }
    expect(readConfig({ ...development, ...bucket, S3_REGION: 'oss-cn-hangzhou' }).storage).toEqual({
      bucketUrl: 'https://pictures.oss-cn-hangzhou.aliyuncs.com',
      region: 'oss-cn-hangzhou',
      accessKeyId: 'id',
      secretAccessKey: 'hunter2',
    })
    const namesOf = (variables: object) =>
      faultsOf({ ...development, ...bucket, ...variables }).map((fault) => fault.split(' ')[0])
    expect(namesOf({ S3_BUCKET_URL: '' })).toEqual(['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'])
    expect(namesOf({ S3_SECRET_ACCESS_KEY: '' })).toEqual(['S3_SECRET_ACCESS_KEY'])
    expect(namesOf({ S3_BUCKET_URL: 'pictures' })).toEqual(['S3_BUCKET_URL'])
    expect(faultsOf({ ...development, ...bucket, S3_BUCKET_URL: '' }).join()).not.toContain('hunter2')
  })

  it('takes no other word for CONTENT_CHECK than those it knows', () => {
    expect(readConfig(development).contentCheck).toBe('accept')
    expect(readConfig({ ...development, CONTENT_CHECK: 'refuse' }).contentCheck).toBe('refuse')
    expect(faultsOf({ ...development, CONTENT_CHECK: 'off' })).toEqual([
      'CONTENT_CHECK must be one of accept, refuse',
    ])
  })

  it('listens for Prometheus on this machine alone, unless told otherwise', () => {
    const { metrics } = readConfig({ ...development, METRICS_PORT: '9464' })
    expect(metrics).toEqual({ host: '127.0.0.1', port: 9464 })
  })

  it('takes data keys of exactly 32 bytes, and no key id twice', () => {
    const long = `k1:${randomBytes(33).toString('base64')}`
    expect(faultsOf({ ...development, DATA_KEYS: long })).toEqual([
      expect.stringContaining('has 33 bytes, and must have exactly 32'),
    ])
    const twice = `${newKey('k1')},${newKey('k1')}`
    expect(faultsOf({ ...development, DATA_KEYS: twice })).toEqual(['DATA_KEYS has the id "k1" twice'])
  })

  describe('in production refuses', () => {
    it('nothing when everything is right', () => expect(faultsOf(production)).toEqual([]))

    it.each([
      ['the simulator', { WECHAT_API_URL: 'http://127.0.0.1:4100' }, 'WECHAT_API_URL'],
      ['the simulator behind TLS', { WECHAT_API_URL: 'https://localhost:4100' }, 'WECHAT_API_URL'],
      ['WeChat without TLS', { WECHAT_API_URL: 'http://api.weixin.qq.com' }, 'WECHAT_API_URL'],
      ['the tourist AppID', { WECHAT_APPS: development.WECHAT_APPS }, 'WECHAT_APPS'],
      ['an embedded database that nobody asked for', { DATABASE_URL: '' }, 'DATABASE_URL'],
      ['a missing public URL', { PUBLIC_URL: undefined }, 'PUBLIC_URL'],
      ['a public URL without TLS', { PUBLIC_URL: 'http://api.example.com' }, 'PUBLIC_URL'],
      ['a public URL that is its own', { PUBLIC_URL: 'https://127.0.0.1:3000' }, 'PUBLIC_URL'],
      [
        'the simulator by a mapped address',
        { WECHAT_API_URL: 'https://[::ffff:127.0.0.1]:4100' },
        'WECHAT_API_URL',
      ],
      ['a missing key', { ACCESS_TOKEN_KEYS: undefined }, 'ACCESS_TOKEN_KEYS'],
      [
        'a short key',
        { REFRESH_TOKEN_KEYS: `k1:${randomBytes(31).toString('base64')}` },
        'REFRESH_TOKEN_KEYS',
      ],
      ['a development key', { DATA_KEYS: newKey('development') }, 'DATA_KEYS'],
      [
        'a key that is not random',
        { DATA_KEYS: `k1:${Buffer.alloc(32, 'a').toString('base64')}` },
        'DATA_KEYS',
      ],
      [
        'one key for two purposes',
        { REFRESH_TOKEN_KEYS: production.ACCESS_TOKEN_KEYS },
        'REFRESH_TOKEN_KEYS',
      ],
    ])('%s', (_name, variables, name) => {
      expect(faultsOf({ ...production, ...variables })).toEqual([
        expect.stringMatching(new RegExp(`^${name} `)),
      ])
    })

    it('no embedded database that was asked for by name', () => {
      expect(readConfig({ ...production, DATABASE_URL: 'pglite:/data' }).database).toEqual({
        folder: '/data',
      })
    })
  })
})
