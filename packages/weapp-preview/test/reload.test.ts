import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lacksChromium } from '@repo/tooling/chromium'
import { afterAll, describe, expect, test } from 'vitest'
import {
  callWx,
  callWxSync,
  closeSharedBrowser,
  copyOfFixture,
  fixture,
  openPhone,
  routes,
  startTestPreview,
  temporaryFolder,
} from './phone.ts'

afterAll(closeSharedBrowser)

const greet = (folder: string, text: string) =>
  writeFile(join(folder, 'pages/home/index.wxml'), `<view id="greeting">${text}</view>`)

describe.skipIf(lacksChromium())('live reload', () => {
  test('opens the first build when it appears', async () => {
    const folder = join(await temporaryFolder(), 'dist')
    const page = await openPhone(await startTestPreview({ dist: folder }))
    await page.getByRole('heading', { name: '正在构建小程序…' }).waitFor()
    await cp(fixture, folder, { recursive: true })
    await page.locator('#greeting').waitFor()
  })

  test('reloads after a change, on the same page and with the same storage', async () => {
    const folder = await copyOfFixture()
    const page = await openPhone(await startTestPreview({ dist: folder }))
    await callWxSync(page, 'setStorageSync', 'k', 'v')
    await callWx(page, 'navigateTo', { url: '/pages/detail/index?a=1' })
    await greet(folder, '改过了')

    await expect.poll(() => routes(page).catch(() => [])).toEqual(['pages/detail/index'])
    expect(await page.locator('[data-active] .query').textContent()).toBe('{"a":"1"}')
    expect(await callWxSync(page, 'getStorageSync', 'k')).toBe('v')
    await callWx(page, 'reLaunch', { url: '/pages/home/index' })
    expect(await page.locator('#greeting').textContent()).toBe('改过了')
  })

  test('shows compile errors and recovers after a fix', async () => {
    const folder = await copyOfFixture()
    const page = await openPhone(await startTestPreview({ dist: folder }))
    await greet(folder, '{{')
    await page.getByRole('alert').getByText('pages/home/index.wxml:1:').first().waitFor()
    await greet(folder, '好了')
    await expect
      .poll(() =>
        page
          .locator('#greeting')
          .textContent()
          .catch(() => ''),
      )
      .toBe('好了')
  })

  test('recovers from a build whose scripts throw at the start', async () => {
    const folder = await copyOfFixture()
    const app = await readFile(join(folder, 'app.js'), 'utf8')
    const preview = await startTestPreview({ dist: folder })
    const page = await openPhone(preview)
    const failure = page.waitForEvent('console', (message) => message.text().includes('Module build failed'))
    await writeFile(join(folder, 'app.js'), "throw new Error('Module build failed')")
    await failure
    expect(await page.locator('#greeting').count()).toBe(0)
    await writeFile(join(folder, 'app.js'), app)
    await page.locator('#greeting').waitFor()
  })

  test('never shows an incomplete build', async () => {
    const folder = await copyOfFixture()
    const page = await openPhone(await startTestPreview({ dist: folder }))
    const states = new Set<string | null>()
    page.on('framenavigated', async () => {
      states.add(
        await page
          .locator('html')
          .getAttribute('data-state')
          .catch(() => null),
      )
    })
    const app = await readFile(join(folder, 'app.json'), 'utf8')
    await rm(join(folder, 'app.json'))
    await rm(join(folder, 'pages'), { recursive: true })
    await page.waitForTimeout(700)
    await cp(join(fixture, 'pages'), join(folder, 'pages'), { recursive: true })
    await greet(folder, '新的')
    await page.waitForTimeout(300)
    await writeFile(join(folder, 'app.json'), app)
    await expect
      .poll(() =>
        page
          .locator('#greeting')
          .textContent()
          .catch(() => ''),
      )
      .toBe('新的')
    expect([...states]).not.toContain('broken')
  })
})
