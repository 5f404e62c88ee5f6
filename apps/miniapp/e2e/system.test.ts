import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { type Phone, pressLogin, tick } from './phone.ts'
import { useSurroundings } from './use-surroundings.ts'

const offline = '当前没有网络'
const update = '新版本已经备好'

describe.skipIf(lacksChromium())('what WeChat tells the mini program', () => {
  const world = useSurroundings()
  let phone: Phone

  const isSeen = (text: string) => phone.page.getByText(text).locator('visible=true').count()
  const title = () => phone.page.locator('[data-active] [data-part="navigation-bar"]').textContent()
  const tabs = () => phone.page.getByRole('tab').allInnerTexts()

  describe('of the network', () => {
    it('is said while there is none, on each page, and no longer when it is back', async () => {
      phone = await world.openPhone({ person: 'xiaohong' })
      await phone.see('你好，随便看看')
      expect(await isSeen(offline)).toBe(0)
      await phone.change({ network: 'none' })
      await phone.see(offline)
      await phone.press('我的')
      await phone.see(offline)
      await phone.press('去登录')
      await phone.see(offline)
      await phone.change({ network: 'wifi' })
      await expect.poll(() => isSeen(offline)).toBe(0)
    })

    it('is known at the start', async () => {
      phone = await world.openPhone({ network: 'none' })
      await phone.see(offline)
    })

    it('is said once, and what was known of the person stays in view until it is back', async () => {
      phone = await world.openPhone({ person: 'xiaohong' })
      await pressLogin(phone)
      await phone.see('普通用户')
      await phone.press('首页')
      await phone.change({ network: 'none' })
      await phone.press('我的')
      await phone.see(offline)
      await phone.see('普通用户')
      expect(await phone.page.getByRole('alert').count()).toBe(0)
      phone.requests.length = 0
      await phone.change({ network: 'wifi' })
      await expect.poll(() => phone.requests).toEqual(['GET /v1/me'])
    })

    it('is why a page has nothing to show, until it is back', async () => {
      phone = await world.openPhone({ person: 'xiaohong' })
      await pressLogin(phone)
      await phone.see('普通用户')
      await phone.page.waitForTimeout(500)
      await phone.change({ network: 'none' })
      await phone.press('账号动态')
      await phone.see('连上网络后，这里会自动显示。')
      expect(await isSeen('连不上网络或服务器')).toBe(0)
      await phone.change({ network: 'wifi' })
      await phone.see('登录成功')
    })
  })

  describe('of a new version', () => {
    it('is asked about, and taken when the person wants it: still logged in', async () => {
      phone = await world.openPhone({ person: 'xiaohong' })
      await pressLogin(phone)
      await phone.see('普通用户')
      const restarted = phone.page.waitForEvent('load')
      await phone.change({ update: 'ready' })
      await phone.see(update)
      await phone.press('现在重启')
      await restarted
      await phone.page.locator('html[data-state=ready]').waitFor()
      await phone.press('我的')
      await phone.see('普通用户')
    })

    it.each([['ready', '以后再说'] as const])('can wait: %s', async (state, later) => {
      phone = await world.openPhone({ update: state })
      await phone.see(update)
      await phone.press(later)
      await expect.poll(() => isSeen(update)).toBe(0)
      await phone.see('你好，随便看看')
    })

    it('is asked about in English, too', async () => {
      phone = await world.openPhone({ update: 'ready', language: 'en' })
      await phone.see('A new version is here')
      await phone.press('No')
      await phone.see('Hello, have a look around')
    })

    it('is not mentioned when it could not be fetched', async () => {
      phone = await world.openPhone({ update: 'failed' })
      await phone.see('你好，随便看看')
      await phone.page.waitForTimeout(1_000)
      expect(await isSeen(update)).toBe(0)
    })
  })

  describe('of the size of text', () => {
    it('leaves numbers and dates in one piece on a narrow screen', async () => {
      phone = await world.openPhone({ person: 'xiaohong', privacy: 'agreed' }, { width: 320, height: 568 })
      await pressLogin(phone)
      await phone.press('手机号')
      await phone.see('只为一件事')
      await phone.page.locator('[data-active] wx-button').click()
      await phone.press('允许')
      await phone.see('已绑定的手机号')
      for (const language of ['zh_CN', 'en'] as const) {
        for (const [path, seen] of [
          ['pages/me/index', /^\d{3}\*+\d{2}$/],
          ['account/profile/index', /注册时间|Registered/],
        ] as const) {
          await phone.reopen({ language, textSize: 'largest', path })
          await phone.see(seen)
          expect(new Set(await linesOfValues()), `${path} in ${language}`).toEqual(new Set([1]))
        }
      }
    })

    /** On how many lines each row of the page that is seen has its value. */
    const linesOfValues = () =>
      phone.page.locator('[data-active] .row__value').evaluateAll((values) =>
        values.map((value) => {
          const text = document.createRange()
          text.selectNodeContents(value)
          return new Set([...text.getClientRects()].map(({ top }) => top)).size
        }),
      )
  })

  describe('of the language', () => {
    it('is English on every page and in every bar', async () => {
      phone = await world.openPhone({ language: 'en', person: 'xiaohong' })
      await phone.see('Hello, have a look around')
      await expect.poll(title).toBe('Perch')
      await expect.poll(tabs).toEqual(['Home', 'Me'])
      await phone.press('Me')
      await expect.poll(title).toBe('Me')
      await phone.press('Log in')
      await expect.poll(title).toBe('Log in')
      await tick(phone)
      await phone.press('Log in with WeChat')
      await phone.press('Log out')
      await phone.press('Yes')
      await phone.see('Not logged in')
    })

    it('is Chinese for everybody else', async () => {
      phone = await world.openPhone({ language: 'zh_CN' })
      await phone.see('你好，随便看看')
      expect(await tabs()).toEqual(['首页', '我的'])
    })
  })
})
