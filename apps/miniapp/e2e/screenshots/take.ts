import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Phone, type PhoneOptions, type Surroundings, startSurroundings } from '../phone.ts'
import { scenes } from './scenes.ts'

const folder = join(import.meta.dirname, '../../dist-screenshots')

const sizes = { '375x812': { width: 375, height: 812 }, '320x568': { width: 320, height: 568 } }
const themes = ['light', 'dark'] as const
const languages = ['zh_CN', 'en'] as const
const looks = Object.entries(sizes).flatMap(([name, size]) =>
  themes.flatMap((theme) => languages.map((language) => ({ name, size, theme, language }))),
)

let world: Surroundings
beforeAll(async () => {
  await rm(folder, { recursive: true, force: true })
  world = await startSurroundings()
})
afterAll(() => world?.close())

/** The whole page, not only what fits on the screen, after all movement has ended. */
async function takePicture(phone: Phone, path: string): Promise<void> {
  await phone.page.waitForTimeout(400)
  await phone.page.screenshot({ path, animations: 'disabled' })
}

describe.each(looks)('$name $theme $language', ({ name, size, theme, language }) => {
  it('has every page', async () => {
    const look = join(folder, `${name}-${theme}-${language}`)
    await mkdir(look, { recursive: true })
    const words = (zhCn: string, en: string) => (language === 'en' ? en : zhCn)
    for (const who of ['guest', 'user'] as const) {
      const options: PhoneOptions = { person: 'xiaohong', theme, language }
      const phone = await world.openPhone({ ...options, path: 'account/login/index' }, size)
      if (who === 'user') {
        await phone.page.getByRole('checkbox').click()
        await phone.press(words('微信一键登录', 'Log in with WeChat'))
        await expect.poll(() => phone.routes(), { timeout: 10_000 }).toEqual(['pages/home/index'])
      }
      for (const scene of scenes.filter((candidate) => candidate.who === who)) {
        await phone.reopen({ path: scene.path, ...scene.options })
        await scene.act?.(phone, words)
        await takePicture(phone, join(look, `${scene.name}-${who}.png`))
      }
      await phone.close()
    }
  })
})
