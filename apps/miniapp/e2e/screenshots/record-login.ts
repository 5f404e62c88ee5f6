import { join } from 'node:path'
import { launchChromium } from '@repo/tooling/chromium'
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, it } from 'vitest'
import { strings as loginStrings } from '../../src/account/login/strings.ts'
import { en } from '../../src/i18n/en.ts'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import { type E2eEnvironment, startE2eEnvironment } from '../phone.ts'

const docs = join(import.meta.dirname, '../../../../docs')
const width = 800

let environment: E2eEnvironment
let browser: Browser
beforeAll(async () => {
  environment = await startE2eEnvironment()
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await environment?.close()
})

it.each([
  ['login.webp', 'en-US', en, loginStrings.en],
  ['login.zh-CN.webp', 'zh-CN', zhCn, loginStrings.zh_CN],
])('records a login in the preview as docs/%s', async (name, locale, text, login) => {
  const phone = await environment.openPhone()
  const { origin } = new URL(phone.page.url())
  await phone.close()
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale })
  const film = recorder(page)
  await page.goto(origin)
  const screen = page.frameLocator('iframe')
  await visible(screen, text.me.title).waitFor()
  await film.hold(1200)

  await film.tap(visible(screen, text.me.title))
  await film.tap(visible(screen, text.me.login))
  await film.tap(screen.locator('[data-active]').getByRole('checkbox'))
  await film.tap(visible(screen, login.button))
  await visible(screen, text.me.logout).waitFor()
  await film.hold(2500)
  await film.save(join(docs, name))
  await page.close()
})

const visible = (screen: FrameLocator, text: string): Locator =>
  screen.getByText(text, { exact: true }).locator('visible=true').last()

/** Takes pictures of a page, and makes one that moves of them. */
function recorder(page: Page) {
  const frames: { image: Buffer; delay: number }[] = []

  async function take(delay: number): Promise<void> {
    const image = await page.screenshot()
    frames.push({ image: await sharp(image).resize({ width }).png().toBuffer(), delay })
  }

  return {
    hold: take,
    async tap(target: Locator) {
      const box = await target.boundingBox()
      if (!box) throw new Error(`nothing to tap: ${target}`)
      const remove = await showFinger(page, box.x + box.width / 2, box.y + box.height / 2)
      await take(700)
      await target.click()
      await take(80)
      await remove()
      // While pages slide.
      for (let step = 0; step < 3; step += 1) await take(80)
      await page.waitForTimeout(600)
      await take(1000)
    },
    async save(path: string) {
      const images = frames.map(({ image }) => image)
      const delay = frames.map((frame) => frame.delay)
      await sharp(images, { join: { animated: true } })
        .webp({ quality: 60, effort: 6, delay, loop: 0, minSize: true })
        .toFile(path)
    },
  }
}

/** A circle where a finger is, over everything; taps pass through it. */
async function showFinger(page: Page, x: number, y: number): Promise<() => Promise<void>> {
  const finger = await page.evaluateHandle(
    ([left, top]) => {
      const element = document.createElement('div')
      element.style.cssText = `position:fixed;left:${left - 26}px;top:${top - 26}px;width:52px;height:52px;
        border-radius:50%;background:rgba(20,20,20,.28);border:2px solid rgba(255,255,255,.9);pointer-events:none;z-index:99`
      document.body.append(element)
      return element
    },
    [x, y] as const,
  )
  return () => finger.evaluate((element) => element.remove())
}
