import { lacksChromium } from '@repo/tooling/chromium'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { closeSharedBrowser, openPhone, startTestPreview } from './phone.ts'

afterAll(closeSharedBrowser)

const openForm = async () => openPhone(await startTestPreview(), { search: '?path=pages/form/index' })
const logOf = async (page: Page): Promise<string> => (await page.locator('#log').textContent()) ?? ''

describe.skipIf(lacksChromium())('built-in components', () => {
  test('form submits the values of all its controls', async () => {
    const page = await openForm()
    await page.locator('#name input').fill('小明')
    await page.locator('#about textarea').fill('你好')
    await page.locator('#agree').click()
    await page.locator('#small').click()
    await page.locator('#loud').click()
    await page.locator('#submit').click()
    expect(await logOf(page)).toContain(
      'submit {"name":"小明","about":"你好","agree":["yes"],"size":"s","loud":true};',
    )
  })

  test('form resets its controls', async () => {
    const page = await openForm()
    await page.locator('#name input').fill('小明')
    await page.locator('#agree').click()
    await page.locator('#reset').click()
    await page.locator('#submit').click()
    expect(await logOf(page)).toContain(
      'reset;submit {"name":"","about":"","agree":[],"size":"","loud":false};',
    )
  })

  test('input reports each change once and keeps its maximum length', async () => {
    const page = await openForm()
    await page.locator('#name input').click()
    await page.keyboard.type('abcdefg')
    await page.locator('#about textarea').click()
    const log = (await logOf(page)).split(';').filter((line) => /input|blur/.test(line))
    expect(log).toEqual(['input a', 'input ab', 'input abc', 'input abcd', 'input abcde', 'blur abcde'])
  })

  test('label taps its control once', async () => {
    const page = await openForm()
    await page
      .locator('#agree-label')
      .getByText('同意')
      .click({ position: { x: 50, y: 12 } })
    expect(await page.locator('#agree').getAttribute('aria-checked')).toBe('true')
    await page.locator('#agree').click()
    expect(await page.locator('#agree').getAttribute('aria-checked')).toBe('false')
  })

  test('radio deselects the others of its group', async () => {
    const page = await openForm()
    expect(await page.locator('#large').getAttribute('aria-checked')).toBe('true')
    await page.locator('#small').click()
    expect(await page.locator('#large').getAttribute('aria-checked')).toBe('false')
  })

  test('image loads from the build, fits its width and reports a missing file', async () => {
    const page = await openForm()
    await expect.poll(() => logOf(page)).toContain('loaded 10;')
    await expect.poll(() => logOf(page)).toContain('failed;')
    const box = await page.locator('#picture').boundingBox()
    expect(box?.width).toBeCloseTo(50, 0)
    expect(box?.height).toBeCloseTo(50, 0)
  })

  test('rich-text shows harmless content and runs no script', async () => {
    const page = await openForm()
    expect(await page.locator('#rich').textContent()).toBe('字粗')
    expect(await page.locator('#rich b').count()).toBe(1)
    expect(await page.locator('#rich script, #rich [onerror]').count()).toBe(0)
  })

  test('an unsupported component can be tapped and leaves a line in the log', async () => {
    const page = await openForm()
    await page.locator('#slider').click()
    expect(await logOf(page)).toContain('tapped;')
    const log = await page.evaluate(() => window.weappPreview.log())
    expect(log.map(({ title }) => title)).toContain('<slider> 未模拟 · is not imitated')
  })
})
