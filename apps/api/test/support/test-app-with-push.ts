import { apps, createTestApp, firstApp, type TestApp } from './test-app.ts'

const push = { token: 'AAAAA', encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG' }

/** An API whose avatars WeChat can reach, and to which WeChat pushes messages about the first mini program. */
export async function createTestAppWithPush(variables: Record<string, string> = {}): Promise<TestApp> {
  const testApp = await createTestApp({
    PUBLIC_URL: 'https://api.example.com',
    WECHAT_APPS: JSON.stringify(
      apps.map(({ appId, secret }) => ({ appId, secret, ...(appId === firstApp ? { push } : {}) })),
    ),
    ...variables,
  })
  const url = await testApp.app.listen({ port: 0, host: '127.0.0.1' })
  const target = { appId: firstApp, url: `${url}/v1/wechat/push/${firstApp}`, ...push, mode: 'aes' }
  await testApp.control('PUT', 'push', target)
  return testApp
}
