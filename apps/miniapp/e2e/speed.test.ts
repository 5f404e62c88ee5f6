import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { logInWithWechat, type Phone, tapCheckbox } from './phone.ts'
import { zh } from './strings.ts'
import { useE2eEnvironment } from './use-e2e-environment.ts'

/** What the preview notes down of a `setData`; see its README. */
type DataEntry = { from: string; keys: string[]; bytes: number }

const maximumCalls = 3
const maximumBytes = 4096

describe.skipIf(lacksChromium())('rendering of the production bundle', () => {
  const environment = useE2eEnvironment()
  let phone: Phone

  const setDataCalls = (): Promise<DataEntry[]> => phone.page.evaluate('weappPreview.setDataCalls()')
  const clearSetData = () => phone.page.evaluate('weappPreview.clearSetDataCalls()')
  const nicknameOf = async (person: string) => (await environment.logInElsewhere(person)).user.nickname

  /** From now on the phone waits for the API in vain. */
  const hangNetwork = () => phone.page.route('**/__preview/request', () => {})

  describe('stays within the setData budget from the login tap to the logged-in user', () => {
    it.each([
      ['Me', zh.me.title, zh.me.login],
      ['Home', zh.home.tab, zh.home.load],
    ])('from %s', async (from, tab, button) => {
      const name = await nicknameOf('xiaohong')
      phone = await environment.openPhone({ user: 'xiaohong' })
      // Open both tabs, so that both pages must render the user.
      await phone.tap(zh.me.title)
      await phone.tap(tab)
      await phone.tap(button)
      await clearSetData()
      await tapCheckbox(phone)
      await expect.poll(setDataCalls).toHaveLength(1)
      await clearSetData()
      // Hold the request that continues after the login: it is not part of the budget.
      await phone.page.route('**/__preview/request', (route) =>
        route.request().postData()?.includes('/v1/me"') ? undefined : route.continue(),
      )
      await phone.tap(zh.login.button)
      await phone.see(name)
      const calls = await setDataCalls()
      console.log(`login from ${from}: ${calls.map(({ from, bytes }) => `${from} ${bytes} B`).join(', ')}`)
      expect(calls.length).toBeGreaterThan(0)
      expect(calls.length).toBeLessThanOrEqual(maximumCalls)
      expect(calls.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(maximumBytes)
    })
  })

  it('shows a guest the first screen with one setData and no request', async () => {
    phone = await environment.openPhone()
    await hangNetwork()
    await phone.reopen()
    await phone.see(zh.home.greetGuest)
    expect((await setDataCalls()).map(({ from }) => from)).toEqual(['pages/home/index'])
    await clearSetData()
    await phone.tap(zh.me.title)
    await phone.see(zh.me.guestName)
    expect((await setDataCalls()).map(({ from }) => from)).toEqual(['pages/me/index'])
    expect(phone.requests).toEqual([])
  })

  it('shows the user at the next launch with one setData while the API hangs', async () => {
    const name = await nicknameOf('xiaohong')
    phone = await environment.openPhone({ user: 'xiaohong' })
    await logInWithWechat(phone)
    await phone.see(name)
    await hangNetwork()
    await phone.reopen()
    await phone.see(zh.home.greetUser(name))
    expect((await setDataCalls()).map(({ from }) => from)).toEqual(['pages/home/index'])
    await clearSetData()
    await phone.tap(zh.me.title)
    await phone.see('普通用户')
    expect((await setDataCalls()).map(({ from }) => from)).toEqual(['pages/me/index'])
  })
})
