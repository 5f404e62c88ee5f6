import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from '../../src/config/config.ts'
import { newApp, productionVariables } from '../support/production.ts'

const production = productionVariables()

const issuesOf = (variables: Record<string, string>): string[] => {
  try {
    readConfig({ ...production, ...variables })
    return []
  } catch (error) {
    return error instanceof ConfigError ? error.issues : [String(error)]
  }
}

describe('AUDIT_RETENTION_DAYS', () => {
  it('is rejected in production when it is shorter than six months', () => {
    expect(issuesOf({ AUDIT_RETENTION_DAYS: '183' })).toEqual([
      'AUDIT_RETENTION_DAYS must be at least 184 in production: the law wants network logs for six months',
    ])
    expect(issuesOf({ AUDIT_RETENTION_DAYS: '184' })).toEqual([])
    expect(issuesOf({ AUDIT_RETENTION_DAYS: '7', NODE_ENV: 'test' })).toEqual([])
  })
})

describe('SHARE_ACCOUNTS_ACROSS_APPS', () => {
  const [first, second] = [newApp(), newApp()]
  const share = (value: unknown) =>
    issuesOf({
      WECHAT_APPS: JSON.stringify([first, second]),
      SHARE_ACCOUNTS_ACROSS_APPS: typeof value === 'string' ? value : JSON.stringify(value),
    })
  const shop = { appId: first.appId, name: '商城' }

  it('is accepted when it names mini programs of WECHAT_APPS', () => {
    expect(share([shop, { appId: second.appId, name: '会员中心' }])).toEqual([])
  })

  it.each([
    ['it is no JSON', '商城', 'is not JSON'],
    ['it is no list', shop, 'must be JSON such as'],
    ['it names one mini program', [shop], 'must name at least two mini programs'],
    ['an entry has no AppID', [shop, { name: '会员中心' }], 'entry 2 has no "appId"'],
    ['an entry has no name', [shop, { appId: second.appId }], 'needs a "name"'],
    ['a name is too long', [shop, { appId: second.appId, name: '长'.repeat(31) }], 'needs a "name"'],
    ['an AppID is there twice', [shop, { ...shop, name: '会员中心' }], 'has the same "appId" twice'],
    ['a name is there twice', [shop, { appId: second.appId, name: '商城' }], 'has the same "name" twice'],
    [
      'the API does not serve a mini program',
      [shop, { appId: newApp().appId, name: '会员中心' }],
      'which is not in WECHAT_APPS',
    ],
  ])('is rejected when %s', (_, value, issue) => {
    expect(share(value)).toEqual([expect.stringContaining(issue)])
  })
})
