import { apps, firstApp, startWorld, type World } from './test-app.ts'

const push = { token: 'AAAAA', encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG' }

/** A world in which WeChat reaches the pictures, and sends its messages about the first mini program. */
export async function startWorldWithPush(variables: Record<string, string> = {}): Promise<World> {
  const world = await startWorld({
    PUBLIC_URL: 'https://api.example.com',
    WECHAT_APPS: JSON.stringify(
      apps.map(({ appId, secret }) => ({ appId, secret, ...(appId === firstApp ? { push } : {}) })),
    ),
    ...variables,
  })
  const url = await world.app.listen({ port: 0, host: '127.0.0.1' })
  const target = { appId: firstApp, url: `${url}/v1/wechat/push/${firstApp}`, ...push, mode: 'aes' }
  await world.control('PUT', 'push', target)
  return world
}
