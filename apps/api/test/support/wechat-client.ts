import { startWechatSimulator } from '@repo/wechat-simulator'
import { onTestFinished } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import type { WechatApp } from '../../src/config/wechat-apps.ts'
import { createWechatClient } from '../../src/infra/wechat/client.ts'
import { memoryLog } from './memory-log.ts'
import { apps, people, testVariables } from './test-app.ts'

/** Our client of WeChat and the simulator, and what the simulator was asked for. */
export async function startClient(variables: Record<string, string> = {}) {
  const requests: string[] = []
  const simulator = await startWechatSimulator({
    apps,
    users: people,
    now: () => Date.now(),
    log: (line) => requests.push(line),
  })
  onTestFinished(simulator.close)
  const config = readConfig({ ...testVariables(simulator.url), ...variables })
  const { log, text } = memoryLog(config)
  const client = createWechatClient(config.wechat, { log })
  onTestFinished(client.close)

  async function control(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${simulator.url}/__simulator/${path}`, {
      method,
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    })
    return response.status === 204 ? undefined : response.json()
  }
  return {
    client,
    control,
    requests,
    log: text,
    apps: config.wechat.apps,
    url: simulator.url,
    /** The next requests to a path fail in this way; without `times`, all of them. */
    fail: (path: string, fault: string, times?: number) => control('PUT', 'fault', { path, fault, times }),
    heal: () => control('DELETE', 'fault'),
    /** Somebody logs in: what is then known of their session_key. */
    async session(person: string, app: WechatApp = config.wechat.apps[0]) {
      const { code } = (await control('POST', 'login', { appId: app.appId, person })) as { code: string }
      return client.exchangeCode(app, code)
    },
    /** How often WeChat was asked for this. */
    count: (name: string) => requests.filter((line) => line.startsWith(name)).length,
  }
}
