import { startWechatSimulator } from '@repo/wechat-simulator'
import { expect, it, onTestFinished } from 'vitest'
import { nodeCommand, startApiProcess, temporaryDatabase } from '../support/api-process.ts'
import { consent } from '../support/consent.ts'
import { apps, people, testVariables } from '../support/test-app.ts'

const push = {
  token: 'a-token-of-message-push',
  encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
}
const s3Keys = {
  S3_ACCESS_KEY_ID: 'AKIDSECRETSTEST',
  S3_SECRET_ACCESS_KEY: 'wJalrXUtnFEMIK7MDENGbPxRfiCYSECRET',
}

async function start(more: Record<string, string> = {}, nodeOptions: string[] = []) {
  const simulator = await startWechatSimulator({ apps, users: people })
  onTestFinished(simulator.close)
  const data = await temporaryDatabase()
  onTestFinished(data.remove)
  const variables: Record<string, string> = {
    ...testVariables(simulator.url),
    PUBLIC_URL: 'http://api.test',
    DATABASE_URL: data.url,
    LOG_LEVEL: 'debug',
    WECHAT_APPS: JSON.stringify(apps.map(({ appId, secret }) => ({ appId, secret, push }))),
    S3_BUCKET_URL: 'http://127.0.0.1:1/pictures',
    ...s3Keys,
    ...more,
  }
  const command = [...nodeOptions, ...nodeCommand()]
  const api = await startApiProcess(variables, { command })
  onTestFinished(async () => {
    api.child.kill('SIGKILL')
    await api.ended
  })
  await api.ready()
  return { api, simulator, variables }
}

async function post(url: string, body: object) {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: response.status, body: JSON.parse(await response.text()) }
}

it.each<[string, Record<string, string>, number[]]>([
  ['WeChat answers', {}, [200, 400, 503, 503]],
  [
    'the name of WeChat is unknown',
    { WECHAT_API_URL: 'http://does-not-exist.invalid' },
    [503, 503, 503, 503],
  ],
])('the API writes no secret to stdout and stderr when %s', async (_, more, statuses) => {
  const { api, simulator, variables } = await start(more)
  const mintCode = async () =>
    (await post(`${simulator.url}/__simulator/login`, { appId: apps[0].appId, person: 'person-1' })).body.code
  const codes: string[] = [await mintCode(), `${await mintCode()}"'`, 'fault:reset', 'fault:broken-json']
  const answers = []
  for (const code of codes) answers.push(await post(`${api.url}/v1/auth/login`, { code, consent }))
  expect(answers.map(({ status }) => status)).toEqual(statuses)

  api.child.kill('SIGTERM')
  expect(await api.ended).toBe(0)
  expect(api.output()).toContain('call to WeChat')
  const { ACCESS_TOKEN_KEYS, REFRESH_TOKEN_KEYS, DATA_KEYS } = variables
  const secrets = [
    ...apps.map(({ secret }) => secret),
    ...Object.values(push),
    ...Object.values(s3Keys),
    ...[ACCESS_TOKEN_KEYS, REFRESH_TOKEN_KEYS, DATA_KEYS].map((key = '') => key.slice(key.indexOf(':') + 1)),
    ...codes.slice(0, 2),
    ...answers.flatMap(({ body }) => [body.accessToken, body.refreshToken]).filter(Boolean),
  ]
  for (const secret of secrets) expect(api.output()).not.toContain(secret)
})

it('the API logs where it crashed, without the content of the error', async () => {
  const crash = `process.on('SIGUSR2', () => { throw Object.assign(new Error('a-secret'), { token: 'a-secret' }) })`
  const { api } = await start({}, ['--import', `data:text/javascript,${encodeURIComponent(crash)}`])
  api.child.kill('SIGUSR2')
  expect(await api.ended).toBe(1)
  expect(api.output()).toMatch(/"err":\{"name":"Error","stack":" {4}at [^}]*\},"msg":"crashed"/)
  expect(api.output()).not.toContain('a-secret')
})
