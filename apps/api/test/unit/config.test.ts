import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { renderConfigFiles, repository } from '../../scripts/config-files.ts'
import { ConfigError, readConfig } from '../../src/config/config.ts'
import { newKey } from '../support/keys.ts'
import { newApp, newPush, productionVariables } from '../support/production.ts'

const development = {
  WECHAT_API_URL: 'http://127.0.0.1:4100',
  WECHAT_APPS: '[{"appId":"touristappid","secret":"00000000000000000000000000000000"}]',
  ACCESS_TOKEN_KEYS: newKey('development'),
  REFRESH_TOKEN_KEYS: newKey('development'),
  DATA_KEYS: newKey('development'),
}

const production = productionVariables()

const issuesOf = (variables: Record<string, string | undefined>): string[] => {
  try {
    readConfig(variables)
    return []
  } catch (error) {
    return error instanceof ConfigError ? error.issues : [String(error)]
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
        loginPerUser: 10,
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

  it('accepts several keys, the newest first', () => {
    const keys = `${newKey('k2')}, ${newKey('k1')}`
    expect(
      readConfig({ ...development, ACCESS_TOKEN_KEYS: keys }).accessToken.keys.map(({ id }) => id),
    ).toEqual(['k2', 'k1'])
  })

  describe('of message push', () => {
    const { appId, secret } = newApp()
    const { token, encodingAesKey: key } = newPush()
    const appWith = (push: unknown) => JSON.stringify([{ appId, secret, push }])
    const entry = `WECHAT_APPS entry 1 (${appId}) has a "push"`

    it('accepts token and key', () => {
      const { apps } = readConfig({
        ...production,
        WECHAT_APPS: appWith({ token, encodingAesKey: key, more: 1 }),
      }).wechat
      expect(apps[0].push).toEqual({ token, encodingAesKey: key })
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
    ])('rejects %s precisely, without showing it', (_, push, issue) => {
      expect(issuesOf({ ...development, WECHAT_APPS: appWith(push) })).toEqual([issue])
    })

    it('rejects plain mode only in production', () => {
      const plain = { WECHAT_APPS: appWith({ token }) }
      expect(issuesOf({ ...development, ...plain })).toEqual([])
      expect(issuesOf({ ...production, ...plain })).toEqual([
        expect.stringContaining(
          `"${appId}" has a push without an "encodingAesKey": plain mode signs no message`,
        ),
      ])
    })
  })

  it('names all issues at once, one line each, and no secret', () => {
    const issues = issuesOf({
      PORT: 'abc',
      LOG_LEVEL: 'loud',
      PUBLIC_URL: 'api.example.com',
      WECHAT_APPS: '[{"appId":"wx1","secret":""}]',
      WECHAT_TIMEOUT_MS: '-1',
      DATABASE_URL: 'mysql://root:hunter2@db/api',
      ACCESS_TOKEN_KEYS: 'k1:c2hvcnQ=',
      REFRESH_TOKEN_KEYS: 'topsecret',
    })
    expect(issues.map((issue) => issue.split(' ')[0])).toEqual([
      'WECHAT_APPS',
      'WECHAT_TIMEOUT_MS',
      'PORT',
      'PUBLIC_URL',
      'LOG_LEVEL',
      'DATABASE_URL',
      'ACCESS_TOKEN_KEYS',
      'REFRESH_TOKEN_KEYS',
      'DATA_KEYS',
    ])
    expect(issues.join('\n')).not.toMatch(/hunter2|topsecret|c2hvcnQ/)
  })

  it.each([
    ['not JSON', 'wx1', /is not JSON/],
    ['no list', '{}', /must be JSON such as/],
    ['empty', '[]', /must be JSON such as/],
    ['without AppID', '[{"secret":"x"}]', /entry 1 has no "appId"/],
    ['without secret', '[{"appId":"wx1"}]', /entry 1 \(wx1\) has no "secret"/],
    ['twice the same', '[{"appId":"wx1","secret":"x"},{"appId":"wx1","secret":"y"}]', /the AppID wx1 twice/],
    ['a list of nothing', '[null]', /entry 1 has no "appId"/],
  ])('names what is wrong with WECHAT_APPS: %s', (_name, value, message) => {
    expect(issuesOf({ ...development, WECHAT_APPS: value })).toEqual([expect.stringMatching(message)])
  })

  it('rejects a WECHAT_TIMEOUT_MS that outlasts the mini program', () => {
    expect(issuesOf({ ...development, WECHAT_TIMEOUT_MS: '5000' })).toEqual([])
    expect(issuesOf({ ...development, WECHAT_TIMEOUT_MS: '5001' })).toEqual([
      'WECHAT_TIMEOUT_MS must be a whole number from 100 to 5000',
    ])
  })

  it.each([
    ['an AppID', { appId: 'wx1234 ' }, 'entry 1 has spaces in its "appId" ("wx1234 "): take them out'],
    ['an AppSecret', { secret: ' hunter2' }, 'entry 1 (wx1) has spaces in its "secret": take them out'],
    [
      'a push token',
      { push: { token: 'hunter2\n' } },
      'entry 1 (wx1) has a "push" with spaces in its "token": take them out',
    ],
  ])('reports spaces around %s', (_name, app, message) => {
    const WECHAT_APPS = JSON.stringify([{ appId: 'wx1', secret: 'x', ...app }])
    expect(issuesOf({ ...development, WECHAT_APPS })).toEqual([`WECHAT_APPS ${message}`])
  })

  describe('of a proxy', () => {
    it.each([
      undefined,
      '',
      'http://proxy.internal:3128',
      'https://proxy.internal',
      'http://user:p%40ss@10.0.0.1:3128/',
    ])('accepts %s', (value) => {
      const { proxyUrl } = readConfig({ ...development, WECHAT_PROXY_URL: value }).wechat
      expect(proxyUrl).toBe(value || null)
    })

    it.each([
      'proxy.internal:3128',
      'socks5://proxy.internal',
      'http://proxy.internal/path',
      'http://proxy.internal?x=1',
      'http://hunter2@proxy.internal',
      'http://:hunter2@proxy.internal',
      'http://user:hunter2%ZZ@proxy.internal',
      'http://user:hunter2@',
    ])('rejects %s without showing its content', (value) => {
      const issues = issuesOf({ ...development, WECHAT_PROXY_URL: value })
      expect(issues).toEqual([expect.stringMatching(/^WECHAT_PROXY_URL must be http:/)])
      expect(issues.join()).not.toContain('hunter2')
    })
  })

  describe('of misspelled variables', () => {
    const warningsOf = (names: string[], namesInFiles: string[] = []) =>
      readConfig(
        { ...development, ...Object.fromEntries(names.map((name) => [name, 'hunter2'])) },
        { namesInFiles },
      ).warnings

    it.each([
      ['REDIS_URLS', 'REDIS_URL'],
      ['REDIS_URI', 'REDIS_URL'],
      ['redis_url', 'REDIS_URL'],
      ['MY_REDIS_URL', 'REDIS_URL'],
      ['REDIS_URL_PRODUCTION', 'REDIS_URL'],
      ['DATABSE_URL', 'DATABASE_URL'],
      ['DATABASE_ULR', 'DATABASE_URL'],
      ['TRUSTED_PROXY', 'TRUSTED_PROXIES'],
      ['DATA_KEY', 'DATA_KEYS'],
      ['ACCESS_TOKEN_KEY', 'ACCESS_TOKEN_KEYS'],
      ['WECHAT_APP', 'WECHAT_APPS'],
      ['WECHAT_TIMEOUT', 'WECHAT_TIMEOUT_MS'],
      ['S3_BUCKET', 'S3_BUCKET_URL'],
      ['PORTS', 'PORT'],
      ['PROT', 'PORT'],
    ])('warns that %s is unknown, and suggests %s', (name, meant) => {
      expect(warningsOf([name])).toEqual([`${name} is set, and nothing reads it: did you mean ${meant}?`])
    })

    it('does not warn of variables of a machine, a container or npm', () => {
      const others = [
        ...[
          'HOME',
          'HOSTNAME',
          'HOSTTYPE',
          'LANG',
          'LOGNAME',
          'PATH',
          'PWD',
          'SHELL',
          'TERM',
          'USER',
          'TZ',
          'CI',
        ],
        ...[
          'NODE_OPTIONS',
          'NODE_PATH',
          'NODE_VERSION',
          'NODE_EXTRA_CA_CERTS',
          'DEBUG',
          'HTTPS_PROXY',
          'NO_PROXY',
        ],
        ...[
          'KUBERNETES_PORT',
          'KUBERNETES_SERVICE_HOST',
          'API_SERVICE_PORT',
          'REDIS_PORT',
          'REDIS_PORT_6379_TCP',
        ],
        ...[
          'POSTGRES_PASSWORD',
          'PGHOST',
          'PGPORT',
          'AWS_REGION',
          'AWS_ACCESS_KEY_ID',
          'npm_config_log_level',
        ],
      ]
      expect(warningsOf(others)).toEqual([])
    })

    it("warns of every unknown variable of the project's env files", () => {
      expect(warningsOf(['COLOUR', 'REDIS_URLS', 'HOME'], ['COLOUR', 'REDIS_URLS', 'PORT'])).toEqual([
        'COLOUR is set, and nothing reads it',
        'REDIS_URLS is set, and nothing reads it: did you mean REDIS_URL?',
      ])
    })
  })

  it.each(Object.entries(renderConfigFiles()))(
    'matches the generated %s; if not, run `pnpm generate:config`',
    (path, content) => {
      expect(readFileSync(join(repository, path), 'utf8')).toBe(content)
    },
  )

  describe('of a rehearsal', () => {
    const rehearsal = {
      ...production,
      WECHAT_API_URL: 'http://127.0.0.1:4100',
      WECHAT_APPS: development.WECHAT_APPS,
      ALLOW_SIMULATOR_IN_PRODUCTION: 'rehearsal-only-not-for-users',
    }

    it('accepts the simulator in production, and warns of it', () => {
      const { environment, wechat, warnings } = readConfig(rehearsal)
      expect([environment, wechat.apiUrl, wechat.apps[0].appId]).toEqual([
        'production',
        'http://127.0.0.1:4100',
        'touristappid',
      ])
      expect(warnings).toEqual([expect.stringMatching(/^REHEARSAL: /)])
    })

    it.each(['true', '1', 'rehearsal'])('is rejected with the value %s', (value) => {
      expect(issuesOf({ ...rehearsal, ALLOW_SIMULATOR_IN_PRODUCTION: value })[0]).toBe(
        'ALLOW_SIMULATOR_IN_PRODUCTION must be rehearsal-only-not-for-users, or absent',
      )
    })

    it.each(['https://api.weixin.qq.com', 'http://localhost.example.com', 'http://127.0.0.1.example.com'])(
      'does not reach %s',
      (url) => {
        expect(issuesOf({ ...rehearsal, WECHAT_API_URL: url })).toEqual([
          expect.stringMatching(
            /^ALLOW_SIMULATOR_IN_PRODUCTION is for a WECHAT_API_URL on this machine alone/,
          ),
        ])
      },
    )

    it('relaxes nothing else', () => {
      const { WECHAT_API_URL, WECHAT_APPS, ALLOW_SIMULATOR_IN_PRODUCTION } = rehearsal
      const issues = issuesOf({
        ...development,
        NODE_ENV: 'production',
        PUBLIC_URL: 'http://127.0.0.1:3000',
        ...{ WECHAT_API_URL, WECHAT_APPS, ALLOW_SIMULATOR_IN_PRODUCTION },
      })
      expect(issues.map((issue) => issue.split(' ')[0])).toEqual([
        'PUBLIC_URL',
        'DATABASE_URL',
        'ACCESS_TOKEN_KEYS',
        'REFRESH_TOKEN_KEYS',
        'DATA_KEYS',
      ])
    })
  })

  it('is in production where the API is deployed, unless NODE_ENV is test', () => {
    const { NODE_ENV: _, ...deployed } = production
    for (const NODE_ENV of [undefined, '', 'production'])
      expect(readConfig({ ...deployed, NODE_ENV }, { isDeployed: true })).toMatchObject({
        environment: 'production',
        shutdownDelayMs: 5000,
      })
    expect(() => readConfig({ ...development, NODE_ENV: undefined }, { isDeployed: true })).toThrow(
      ConfigError,
    )
    expect(readConfig({ ...development, NODE_ENV: 'test' }, { isDeployed: true }).environment).toBe('test')
    expect(() => readConfig({ ...deployed, NODE_ENV: 'development' }, { isDeployed: true })).toThrow(
      'NODE_ENV must be one of production, test',
    )
    expect(readConfig(development)).toMatchObject({ environment: 'development', shutdownDelayMs: 0 })
  })

  it('accepts addresses and CIDR blocks as TRUSTED_PROXIES', () => {
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
  ])('rejects as TRUSTED_PROXIES what is not an address or block: %s', (value) => {
    const issues = issuesOf({ ...development, TRUSTED_PROXIES: `192.0.2.1,${value}` })
    expect(issues).toEqual([expect.stringMatching(/^TRUSTED_PROXIES must be addresses or CIDR blocks/)])
  })

  it.each(['0.0.0.0/0', '::/0', '10.0.0.0/00', '0.0.0.0/1', '::ffff:0:0/96', '2000::/3'])(
    'rejects a proxy list that trusts every client: %s',
    (value) => {
      expect(issuesOf({ ...development, TRUSTED_PROXIES: value })).toEqual([
        expect.stringMatching(/^TRUSTED_PROXIES must not trust every client/),
      ])
    },
  )

  it('names what is wrong with limits, Redis and metrics, without the password', () => {
    const issues = issuesOf({
      ...development,
      REDIS_URL: 'http://:hunter2@redis',
      LIMIT_LOGIN_PER_IP: '-1',
      METRICS_PORT: '0',
    })
    expect(issues.map((issue) => issue.split(' ')[0])).toEqual([
      'REDIS_URL',
      'LIMIT_LOGIN_PER_IP',
      'METRICS_PORT',
    ])
    expect(issues.join()).not.toContain('hunter2')
  })

  it('stores avatars in a folder, or in the bucket that is completely configured', () => {
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
      issuesOf({ ...development, ...bucket, ...variables }).map((issue) => issue.split(' ')[0])
    expect(namesOf({ S3_BUCKET_URL: '' })).toEqual(['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'])
    expect(namesOf({ S3_SECRET_ACCESS_KEY: '' })).toEqual(['S3_SECRET_ACCESS_KEY'])
    expect(namesOf({ S3_BUCKET_URL: 'pictures' })).toEqual(['S3_BUCKET_URL'])
    expect(issuesOf({ ...development, ...bucket, S3_BUCKET_URL: '' }).join()).not.toContain('hunter2')
  })

  it('rejects an unknown value of CONTENT_CHECK', () => {
    expect(readConfig(development).contentCheck).toBe('accept')
    expect(readConfig({ ...development, CONTENT_CHECK: 'refuse' }).contentCheck).toBe('refuse')
    expect(issuesOf({ ...development, CONTENT_CHECK: 'off' })).toEqual([
      'CONTENT_CHECK must be one of accept, refuse',
    ])
  })

  it('serves metrics on this machine only by default', () => {
    const { metrics } = readConfig({ ...development, METRICS_PORT: '9464' })
    expect(metrics).toEqual({ host: '127.0.0.1', port: 9464 })
  })

  it('accepts data keys of exactly 32 bytes, and no key id twice', () => {
    const long = `k1:${randomBytes(33).toString('base64')}`
    expect(issuesOf({ ...development, DATA_KEYS: long })).toEqual([
      expect.stringContaining('has 33 bytes, and must have exactly 32'),
    ])
    const twice = `${newKey('k1')},${newKey('k1')}`
    expect(issuesOf({ ...development, DATA_KEYS: twice })).toEqual(['DATA_KEYS has the id "k1" twice'])
  })

  describe('in production rejects', () => {
    it('nothing when everything is right', () => expect(issuesOf(production)).toEqual([]))

    it.each([
      ['the simulator', { WECHAT_API_URL: 'http://127.0.0.1:4100' }, 'WECHAT_API_URL'],
      ['the simulator behind TLS', { WECHAT_API_URL: 'https://localhost:4100' }, 'WECHAT_API_URL'],
      ['WeChat without TLS', { WECHAT_API_URL: 'http://api.weixin.qq.com' }, 'WECHAT_API_URL'],
      [
        'the simulator by a name of this machine',
        { WECHAT_API_URL: 'https://wechat.localhost' },
        'WECHAT_API_URL',
      ],
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
      expect(issuesOf({ ...production, ...variables })).toEqual([
        expect.stringMatching(new RegExp(`^${name} `)),
      ])
    })

    const appsWith = (...apps: object[]) => ({
      ...production,
      WECHAT_APPS: JSON.stringify(apps.map((app) => ({ ...newApp(), ...app }))),
    })
    const { encodingAesKey } = newPush()
    const { token, secret } = { ...newApp(), ...newPush() }
    it.each<[string, string, object[]]>([
      ['the tourist AppID', "is the simulator's", [{ appId: 'touristappid' }]],
      ['a word as AppID', 'is not an AppID', [{ appId: 'wx1234' }]],
      ['an AppID in capitals', 'is not an AppID', [{ appId: newApp().appId.toUpperCase() }]],
      ['a made-up AppID', 'is a made-up AppID', [{ appId: `wx${'1'.repeat(16)}` }]],
      ['an AppSecret of two letters', 'has a secret that is not an AppSecret', [{ secret: 'ab' }]],
      ['an AppSecret that is not hex', 'has a secret that is not an AppSecret', [{ secret: 'g'.repeat(32) }]],
      ['one character as AppSecret', 'has a made-up AppSecret', [{ secret: 'b'.repeat(32) }]],
      ['a word repeated as AppSecret', 'has a made-up AppSecret', [{ secret: '0918273645abcdef'.repeat(2) }]],
      ['one AppSecret twice', 'repeats a secret as its AppSecret', [{ secret }, { secret }]],
      [
        'a short push token',
        'has a push token that is not 16 to 32',
        [{ push: { token: token.slice(0, 15), encodingAesKey } }],
      ],
      [
        'a push token with signs',
        'has a push token that is not 16 to 32',
        [{ push: { token: `${token.slice(0, 30)}-`, encodingAesKey } }],
      ],
      [
        'a push token of one character',
        'has a made-up push token',
        [{ push: { token: 'a'.repeat(32), encodingAesKey } }],
      ],
      [
        'a push token of one word',
        'has a made-up push token',
        [{ push: { token: 'password'.repeat(3), encodingAesKey } }],
      ],
      [
        'one push token for two apps',
        'repeats a secret as its push token',
        [{ push: { ...newPush(), token } }, { push: { ...newPush(), token } }],
      ],
      [
        'one encodingAesKey for two apps',
        'repeats a secret as its encodingAesKey',
        [{ push: { ...newPush(), encodingAesKey } }, { push: { ...newPush(), encodingAesKey } }],
      ],
      [
        'an encodingAesKey of one character',
        'has a made-up encodingAesKey',
        [{ push: { token, encodingAesKey: 'b'.repeat(43) } }],
      ],
    ])('%s', (_name, message, apps) => {
      const issues = issuesOf(appsWith(...apps))
      expect(issues).toEqual([expect.stringMatching(/^WECHAT_APPS "\w+" /)])
      expect(issues[0]).toContain(message)
    })

    it('an embedded database that is explicitly configured', () => {
      expect(readConfig({ ...production, DATABASE_URL: 'pglite:/data' }).database).toEqual({
        folder: '/data',
      })
    })
  })
})
