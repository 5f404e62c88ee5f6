import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestApp, firstApp, secondApp } from '../support/test-app.ts'

async function practicesWith(variables: Record<string, string> = {}) {
  const testApp = await createTestApp(variables)
  onTestFinished(testApp.close)
  return testApp.call('GET /v1/data-practices')
}

describe('GET /v1/data-practices', () => {
  it('returns the defaults without a login when nothing is configured', async () => {
    expect(await practicesWith({ SHARE_ACCOUNTS_ACROSS_APPS: '' })).toMatchObject({
      status: 200,
      body: {
        networkLogDays: 200,
        sealedLogs: true,
        sealedLogDays: 184,
        minimumAge: 14,
        sharedApps: null,
        contentModeration: ['nickname'],
        contentReview: 'reject',
        contentVerdictDays: 184,
        requiresVerifiedPhone: false,
        consentRetentionDays: 1095,
        failedLoginDays: 7,
      },
    })
  })

  it('returns what the configuration says when it differs from the defaults', async () => {
    const sharedApps = [
      { appId: firstApp, name: '商城' },
      { appId: secondApp, name: '会员中心' },
    ]
    const { body } = await practicesWith({
      AUDIT_RETENTION_DAYS: '365',
      SEAL_NETWORK_LOGS_AT_DELETION: 'off',
      MINIMUM_AGE: '0',
      CONTENT_REVIEW: 'queue',
      REQUIRE_VERIFIED_PHONE: 'on',
      CONSENT_RETENTION_DAYS: '2000',
      SHARE_ACCOUNTS_ACROSS_APPS: JSON.stringify(sharedApps),
      PUBLIC_URL: 'https://api.example.com',
    })
    expect(body).toEqual({
      networkLogDays: 365,
      sealedLogs: false,
      sealedLogDays: 184,
      minimumAge: 0,
      sharedApps,
      contentModeration: ['nickname', 'avatar'],
      contentReview: 'queue',
      contentVerdictDays: 184,
      requiresVerifiedPhone: true,
      consentRetentionDays: 2000,
      failedLoginDays: 7,
    })
  })
})
