import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { wechatUsers } from '../accounts.ts'
import {
  type E2eEnvironment,
  type Phone,
  type PhoneOptions,
  startE2eEnvironment,
  tapCheckbox,
} from '../phone.ts'
import { type Scene, scenes } from './scenes.ts'

const folder = join(import.meta.dirname, '../../dist-screenshots')

const sizes = { '375x812': { width: 375, height: 812 }, '320x568': { width: 320, height: 568 } }
const themes = ['light', 'dark'] as const
const languages = ['zh_CN', 'en'] as const
const looks = Object.entries(sizes).flatMap(([name, size]) =>
  themes.flatMap((theme) => languages.map((language) => ({ name, size, theme, language }))),
)
/** Nobody holds two of the phones: what one look changes, another does not find. */
const people = looks.map((_, index) => `person-${index + 10}`)

let environment: E2eEnvironment
beforeAll(async () => {
  await rm(folder, { recursive: true, force: true })
  environment = await startE2eEnvironment({
    people: wechatUsers(...people.flatMap((id) => [id, `${id}-elder`])),
  })
})
afterAll(() => environment?.close())

/** What the screen shows after all movement has ended; and the end of the page, where it is longer than that. */
async function takePictures({ page }: Phone, path: string): Promise<void> {
  const take = async (end: string) => {
    await page.waitForTimeout(400)
    await page.screenshot({ path: path + end, animations: 'disabled' })
  }
  await take('.png')
  const isLonger = await page.locator('[data-active] .phone-page-scroller').evaluate((scroller) => {
    scroller.scrollTo(0, scroller.scrollHeight)
    return scroller.scrollTop > 0
  })
  if (isLonger) await take('-end.png')
}

describe.concurrent.each(looks.map((look, index) => ({ ...look, person: people[index] ?? '' })))(
  '$name $theme $language',
  ({ name, size, theme, language, person }) => {
    // Of tests side by side each has an `expect` of its own.
    it('has every page', async ({ expect }) => {
      const look = join(folder, `${name}-${theme}-${language}`)
      await mkdir(look, { recursive: true })
      const words = (zhCn: string, en: string) => (language === 'en' ? en : zhCn)
      const failed: string[] = []
      const play = async (phone: Phone, { name: scene, who, path, options, act }: Scene) => {
        await phone.reopen({ path, ...options })
        await act?.({ phone, environment, person, words })
        await takePictures(phone, join(look, `${scene}-${who}`))
        await phone.change({ network: 'wifi' })
      }
      for (const who of ['guest', 'user'] as const) {
        const options: PhoneOptions = { person, theme, language, privacy: 'agreed' }
        const phone = await environment.openPhone({ ...options, path: 'account/login/index' }, size)
        phone.page.setDefaultTimeout(10_000)
        if (who === 'user') {
          await tapCheckbox(phone)
          await phone.tap(words('微信一键登录', 'Log in with WeChat'))
          await expect.poll(() => phone.routes(), { timeout: 10_000 }).toEqual(['pages/home/index'])
        }
        for (const scene of scenes.filter((candidate) => candidate.who === who)) {
          // The other pictures are worth having all the same.
          await play(phone, scene).catch((error: unknown) => failed.push(`${scene.name} (${who}): ${error}`))
        }
        await phone.close()
      }
      expect(failed).toEqual([])
    })
  },
)
