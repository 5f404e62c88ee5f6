import { expect, test } from 'vitest'
import { app, otherApp, type Simulator, startSimulator } from './start-test-simulator.ts'

const loginAt = async (simulator: Simulator, person: string, by = app) =>
  simulator.exchange(await simulator.login(person, by.appId), by)

const openidOf = async (simulator: Simulator, person: string, by = app) =>
  (await loginAt(simulator, person, by)).openid

test('a user has the same openid at every login and after a restart', async () => {
  const simulator = await startSimulator()
  const restarted = await startSimulator()
  const openid = await openidOf(simulator, 'xiaoming')

  expect(openid).toMatch(/^o[0-9A-Za-z_-]{27}$/)
  expect(await openidOf(simulator, 'xiaoming')).toBe(openid)
  expect(await openidOf(restarted, 'xiaoming')).toBe(openid)
})

test('every user has a different openid in every app', async () => {
  const simulator = await startSimulator()
  const openids = [
    await openidOf(simulator, 'xiaoming'),
    await openidOf(simulator, 'xiaohong'),
    await openidOf(simulator, 'xiaoming', otherApp),
    await openidOf(simulator, 'xiaohong', otherApp),
  ]
  expect(new Set(openids).size).toBe(4)
})

test('a user has no unionid in an app that is not bound', async () => {
  const simulator = await startSimulator()
  expect(Object.keys(await loginAt(simulator, 'xiaoming'))).toEqual(['session_key', 'openid'])
})

test('a user has one unionid in all apps of an Open Platform account and another in another account', async () => {
  const stranger = { ...app, appId: 'wx1111111111111111' }
  const simulator = await startSimulator({
    apps: [
      { ...app, openPlatform: 'ours' },
      { ...otherApp, openPlatform: 'ours' },
      { ...stranger, openPlatform: 'theirs' },
    ],
  })
  const { unionid, openid } = await loginAt(simulator, 'xiaoming')

  expect(unionid).toMatch(/^o[0-9A-Za-z_-]{27}$/)
  expect(unionid).not.toBe(openid)
  expect(await loginAt(simulator, 'xiaoming', otherApp)).toMatchObject({ unionid })
  expect((await loginAt(simulator, 'xiaohong')).unionid).not.toBe(unionid)
  expect((await loginAt(simulator, 'xiaoming', stranger)).unionid).toMatch(/^o/)
  expect((await loginAt(simulator, 'xiaoming', stranger)).unionid).not.toBe(unionid)
})

test('PUT /__simulator/app adds the unionid to the next exchange and keeps the openid', async () => {
  const simulator = await startSimulator()
  const before = await loginAt(simulator, 'xiaoming')
  const pending = await simulator.login('xiaoming')

  const bound = await simulator.control('PUT', 'app', { appId: app.appId, openPlatform: 'ours' })
  expect(bound.status).toBe(204)
  const after = await simulator.exchange(pending)
  expect(after.unionid).toMatch(/^o/)
  expect(after.openid).toBe(before.openid)

  await simulator.control('PUT', 'app', { appId: app.appId, openPlatform: null })
  expect(await loginAt(simulator, 'xiaoming')).not.toHaveProperty('unionid')
})

test('the simulator never changes the apps that it was given', async () => {
  const given = { ...app }
  const simulator = await startSimulator({ apps: [given] })
  await simulator.control('PUT', 'app', { appId: app.appId, openPlatform: 'ours' })

  expect(given).toEqual(app)
})
