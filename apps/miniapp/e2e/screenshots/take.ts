import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { peopleOf } from '../accounts.ts'
import { type Phone, type PhoneOptions, type Surroundings, startSurroundings, tick } from '../phone.ts'
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

let world: Surroundings
beforeAll(async () => {
  await rm(folder, { recursive: true, force: true })
  world = await startSurroundings({ people: peopleOf(...people.flatMap((id) => [id, `${id}-elder`])) })
})
afterAll(() => world?.close())

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
        await act?.({ phone, world, person, words })
        await takePictures(phone, join(look, `${scene}-${who}`))
        await phone.change({ network: 'wifi' })
      }
      for (const who of ['guest', 'user'] as const) {
        const options: PhoneOptions = { person, theme, language, privacy: 'agreed' }
        const phone = await world.openPhone({ ...options, path: 'account/login/index' }, size)
        phone.page.setDefaultTimeout(10_000)
        if (who === 'user') {
          await tick(phone)
          await phone.press(words('微信一键登录', 'Log in with WeChat'))
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
