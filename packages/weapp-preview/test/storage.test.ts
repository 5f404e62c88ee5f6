import { lacksChromium } from '@repo/tooling/chromium'
import { afterAll, describe, expect, test } from 'vitest'
import {
  callWx,
  callWxSync,
  closeSharedBrowser,
  openPhone,
  startTestPreview,
  type WxFunctions,
} from './phone.ts'

afterAll(closeSharedBrowser)

const open = async () => openPhone(await startTestPreview())

describe.skipIf(lacksChromium())('storage', () => {
  test.each([['text'], [''], [0], [false], [null], [{ a: [1, { b: '名' }] }]])('stores %j', async (value) => {
    const page = await open()
    await callWx(page, 'setStorage', { key: 'k', data: value })
    expect(await callWx(page, 'getStorage', { key: 'k' })).toEqual({ errMsg: 'getStorage:ok', data: value })
    expect(await callWxSync(page, 'getStorageSync', 'k')).toEqual(value)
  })

  test('stores a Date as a Date', async () => {
    const page = await open()
    await callWxSync(page, 'setStorageSync', 'k', new Date(5))
    expect(await callWxSync(page, 'getStorageSync', 'k')).toEqual(new Date(5))
  })

  test('returns an empty string for a missing key', async () => {
    const page = await open()
    expect(await callWxSync(page, 'getStorageSync', 'none')).toBe('')
    expect(await callWx(page, 'getStorage', { key: 'none' })).toEqual({
      errMsg: 'getStorage:fail data not found',
    })
  })

  test('keeps its values after a restart', async () => {
    const page = await open()
    await callWxSync(page, 'setStorageSync', 'k', 'v')
    await page.reload()
    expect(await callWxSync(page, 'getStorageSync', 'k')).toBe('v')
    await callWxSync(page, 'removeStorageSync', 'k')
    expect(await callWxSync(page, 'getStorageSync', 'k')).toBe('')
  })

  test('is separate for each user', async () => {
    const page = await open()
    await callWxSync(page, 'setStorageSync', 'k', 'v')
    const { origin } = new URL(page.url())
    await page.goto(`${origin}/phone?user=xiaohong`)
    expect(await callWxSync(page, 'getStorageSync', 'k')).toBe('')
    await callWxSync(page, 'clearStorageSync')
    await page.goto(`${origin}/phone`)
    expect(await callWxSync(page, 'getStorageSync', 'k')).toBe('v')
  })

  test('lists its keys and size', async () => {
    const page = await open()
    await callWxSync(page, 'setStorageSync', 'a', 'x'.repeat(1500))
    await callWxSync(page, 'setStorageSync', 'b', 1)
    const info = (await callWx(page, 'getStorageInfo')) as { keys: string[] }
    expect({ ...info, keys: info.keys.sort() }).toEqual({
      errMsg: 'getStorageInfo:ok',
      keys: ['a', 'b'],
      currentSize: 2,
      limitSize: 10_240,
    })
  })

  test('rejects a megabyte under one key', async () => {
    const page = await open()
    const fill = (length: number) =>
      page.evaluate(
        (length) =>
          (window.weappPreview.wx as WxFunctions)
            .setStorage({ key: 'k', data: '名'.repeat(length) })
            ?.catch((failure: unknown) => failure),
        length,
      )
    expect(await fill(349_000)).toEqual({ errMsg: 'setStorage:ok' })
    expect(await fill(350_000)).toEqual({ errMsg: 'setStorage:fail entry size limit reached' })
    expect(await callWxSync(page, 'getStorageSync', 'k')).toHaveLength(349_000)
    await expect(callWxSync(page, 'setStorageSync', 'k', 'x'.repeat(1_100_000))).rejects.toThrow(
      'setStorageSync:fail entry size limit reached',
    )
  })

  test('rejects a value that does not fit and keeps the others', async () => {
    const page = await open()
    const outcome = await page.evaluate(async () => {
      const wx = window.weappPreview.wx as WxFunctions
      const data = 'x'.repeat(1_000_000)
      for (let index = 0; index < 20; index += 1) {
        const result = await wx.setStorage({ key: `k${index}`, data })?.catch((failure) => failure)
        if (result?.errMsg !== 'setStorage:ok') return { index, errMsg: result?.errMsg }
      }
      return undefined
    })
    expect(outcome?.errMsg).toBe('setStorage:fail exceed storage max size 10Mb')
    expect(outcome?.index).toBeGreaterThan(3)
    expect(await callWxSync(page, 'getStorageSync', 'k0')).toHaveLength(1_000_000)
  })

  test.each([[undefined], [1], ['']])('rejects %j as a key', async (key) => {
    expect(await callWx(await open(), 'setStorage', { key, data: 1 })).toMatchObject({
      errMsg: expect.stringContaining('setStorage:fail parameter error'),
    })
  })
})
