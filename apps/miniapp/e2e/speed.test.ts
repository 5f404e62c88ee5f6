import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { type Phone, pressLogin, tick } from './phone.ts'
import { useSurroundings } from './use-surroundings.ts'

/** What the preview notes down of a `setData`; see its README. */
type DataEntry = { from: string; keys: string[]; bytes: number }

const maximumCalls = 3
const maximumBytes = 4096

describe.skipIf(lacksChromium())('the production bundle is quick', () => {
  const world = useSurroundings()
  let phone: Phone

  const setDataCalls = (): Promise<DataEntry[]> => phone.page.evaluate('weappPreview.setDataCalls()')
  const forgetSetData = () => phone.page.evaluate('weappPreview.clearSetDataCalls()')
  const nameOf = async (person: string) => (await world.logInElsewhere(person)).user.nickname

  /** From now on the phone waits for the API in vain. */
  const hangNetwork = () => phone.page.route('**/__preview/request', () => {})

  describe('carries little to the view, from the press on the button to the person who is logged in', () => {
    it.each([
      ['Me', '我的', '去登录'],
      ['Home', '首页', '查一查'],
    ])('from %s', async (from, tab, button) => {
      const name = await nameOf('xiaohong')
      phone = await world.openPhone({ person: 'xiaohong' })
      // Both tabs are open, so that every page that shows the person has to change.
      await phone.press('我的')
      await phone.press(tab)
      await phone.press(button)
      await forgetSetData()
      await tick(phone)
      await expect.poll(setDataCalls).toHaveLength(1)
      await forgetSetData()
      // What was pressed before the login goes on after it, and is not counted.
      await phone.page.route('**/__preview/request', (route) =>
        route.request().postData()?.includes('/v1/me"') ? undefined : route.continue(),
      )
      await phone.press('微信一键登录')
      await phone.see(name)
      const calls = await setDataCalls()
      console.log(`login from ${from}: ${calls.map(({ from, bytes }) => `${from} ${bytes} B`).join(', ')}`)
      expect(calls.length).toBeGreaterThan(0)
      expect(calls.length).toBeLessThanOrEqual(maximumCalls)
      expect(calls.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(maximumBytes)
    })
  })

  it('shows a guest the first screen with one setData, and no request', async () => {
    phone = await world.openPhone()
    await hangNetwork()
    await phone.reopen()
    await phone.see('你好，随便看看')
    expect((await setDataCalls()).map(({ from }) => from)).toEqual(['pages/home/index'])
    await forgetSetData()
    await phone.press('我的')
    await phone.see('尚未登录')
    expect((await setDataCalls()).map(({ from }) => from)).toEqual(['pages/me/index'])
    expect(phone.requests).toEqual([])
  })

  it('shows who is logged in at the next launch with one setData, though no answer ever comes', async () => {
    const name = await nameOf('xiaohong')
    phone = await world.openPhone({ person: 'xiaohong' })
    await pressLogin(phone)
    await phone.see(name)
    await hangNetwork()
    await phone.reopen()
    await phone.see(`你好，${name}`)
    expect((await setDataCalls()).map(({ from }) => from)).toEqual(['pages/home/index'])
    await forgetSetData()
    await phone.press('我的')
    await phone.see('普通用户')
    expect((await setDataCalls()).map(({ from }) => from)).toEqual(['pages/me/index'])
  })
})
