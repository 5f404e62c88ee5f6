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
import { en, zh } from '../strings.ts'
import { type Scene, scenes } from './scenes.ts'

const folder = join(import.meta.dirname, '../../dist-screenshots')

const sizes = { '375x812': { width: 375, height: 812 }, '320x568': { width: 320, height: 568 } }
const themes = ['light', 'dark'] as const
const languages = ['zh_CN', 'en'] as const
const looks = Object.entries(sizes).flatMap(([name, size]) =>
  themes.flatMap((theme) => languages.map((language) => ({ name, size, theme, language }))),
)
/** One WeChat user per look, so that looks do not share changes. */
const people = looks.map((_, index) => `person-${index + 10}`)

let environment: E2eEnvironment
beforeAll(async () => {
  await rm(folder, { recursive: true, force: true })
  environment = await startE2eEnvironment({
    users: wechatUsers(...people.flatMap((id) => [id, `${id}-other`, `${id}-admin`])),
  })
})
afterAll(() => environment?.close())

/** Takes the screen after all animations, and the end of a longer page. */
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
    // Concurrent tests need their own `expect`.
    it('has every page', async ({ expect }) => {
      const look = join(folder, `${name}-${theme}-${language}`)
      await mkdir(look, { recursive: true })
      const t = language === 'en' ? en : zh
      const pick = (zhCn: string, english: string) => (language === 'en' ? english : zhCn)
      const failed: string[] = []
      const play = async (phone: Phone, { name: scene, as: role, path, options, act }: Scene) => {
        await phone.reopen({ path, ...options })
        await act?.({ phone, environment, person, t, pick })
        await takePictures(phone, join(look, `${scene}-${role}`))
        await phone.change({ network: 'wifi' })
      }
      for (const role of ['guest', 'user'] as const) {
        const options: PhoneOptions = { user: person, theme, language, privacy: 'agreed' }
        const phone = await environment.openPhone({ ...options, path: 'account/login/index' }, size)
        phone.page.setDefaultTimeout(10_000)
        if (role === 'user') {
          await tapCheckbox(phone)
          await phone.tap(t.login.button)
          await expect.poll(() => phone.routes(), { timeout: 10_000 }).toEqual(['pages/home/index'])
        }
        for (const scene of scenes.filter((candidate) => candidate.as === role)) {
          // Take the other screenshots in any case.
          await play(phone, scene).catch((error: unknown) => failed.push(`${scene.name} (${role}): ${error}`))
        }
        await phone.close()
      }
      expect(failed).toEqual([])
    })
  },
)
