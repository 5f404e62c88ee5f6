import { lacksChromium } from '@repo/tooling/chromium'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { callWx, callWxSync, closeSharedBrowser, openPhone, startTestPreview } from './phone.ts'

afterAll(closeSharedBrowser)

const open = async (search = '') => openPhone(await startTestPreview(), { search })

type Manager = Record<string, (...values: unknown[]) => unknown>

/** Calls a function of the file system; resolves to what its callbacks hear, and to what it returned. */
const callFiles = (page: Page, name: string, options: object): Promise<unknown> =>
  page.evaluate(
    ([name, options]) =>
      new Promise((resolve) => {
        const manager = (window.weappPreview.wx.getFileSystemManager as () => Manager)()
        const heard: string[] = []
        const returned = manager[name]?.({
          ...options,
          success: () => heard.push('success'),
          fail: () => heard.push('fail'),
          complete: (result: object) =>
            resolve({ heard: heard.join(), ...result, returned: typeof returned }),
        })
      }),
    [name, options] as const,
  )

const callFilesSync = (page: Page, name: string, ...values: unknown[]): Promise<unknown> =>
  page.evaluate(
    ([name, values]) => (window.weappPreview.wx.getFileSystemManager as () => Manager)()[name]?.(...values),
    [name, values] as const,
  )

const usr = (page: Page) =>
  page.evaluate(() => (window.weappPreview.wx.env as { USER_DATA_PATH: string }).USER_DATA_PATH)

describe.skipIf(lacksChromium())('wx.getFileSystemManager', () => {
  test('writes, reads and deletes a file', async () => {
    const page = await open()
    const filePath = `${await usr(page)}/账号.json`
    expect(await callFiles(page, 'writeFile', { filePath, data: '{"名":1}' })).toEqual({
      heard: 'success',
      errMsg: 'writeFile:ok',
      returned: 'undefined',
    })
    expect(await callFiles(page, 'access', { path: filePath })).toMatchObject({ heard: 'success' })
    expect(await callFiles(page, 'readFile', { filePath, encoding: 'utf8' })).toMatchObject({
      heard: 'success',
      data: '{"名":1}',
    })
    expect(await callFiles(page, 'unlink', { filePath })).toMatchObject({ heard: 'success' })
    const gone = {
      heard: 'fail',
      errMsg: expect.stringContaining(':fail no such file or directory'),
      errCode: 1300002,
    }
    expect(await callFiles(page, 'readFile', { filePath })).toMatchObject(gone)
    expect(await callFiles(page, 'access', { path: filePath })).toMatchObject(gone)
    expect(await callFiles(page, 'unlink', { filePath })).toMatchObject(gone)
  })

  test('throws from the Sync functions when they fail', async () => {
    const page = await open()
    const filePath = `${await usr(page)}/a.txt`
    await callFilesSync(page, 'writeFileSync', filePath, 'text', 'utf-8')
    expect(await callFilesSync(page, 'readFileSync', filePath, 'utf-8')).toBe('text')
    await callFilesSync(page, 'accessSync', filePath)
    await callFilesSync(page, 'unlinkSync', filePath)
    await expect(callFilesSync(page, 'accessSync', filePath)).rejects.toThrow(
      'accessSync:fail no such file or directory',
    )
  })

  test('writes and reads bytes', async () => {
    const page = await open()
    const bytes = await page.evaluate(() => {
      const { env, getFileSystemManager } = window.weappPreview.wx as {
        env: { USER_DATA_PATH: string }
        getFileSystemManager(): Manager
      }
      const path = `${env.USER_DATA_PATH}/bytes`
      getFileSystemManager().writeFileSync?.(path, new Uint8Array([0, 255, 7]).buffer)
      return [...new Uint8Array(getFileSystemManager().readFileSync?.(path) as ArrayBuffer)]
    })
    expect(bytes).toEqual([0, 255, 7])
  })

  test('keeps files after a restart, separately for each user', async () => {
    const page = await open()
    const filePath = `${await usr(page)}/a.txt`
    await callFilesSync(page, 'writeFileSync', filePath, 'text')
    await page.reload()
    expect(await callFilesSync(page, 'readFileSync', filePath, 'utf8')).toBe('text')
    await page.goto(`${new URL(page.url()).origin}/phone?user=xiaohong`)
    expect(await callFiles(page, 'access', { path: filePath })).toMatchObject({ heard: 'fail' })
  })

  test.each(['http://tmp/a.txt', '/a.txt', 'http://usr/folder/a.txt'])(
    'rejects a path outside USER_DATA_PATH: %s',
    async (filePath) => {
      const page = await open()
      expect(await callFiles(page, 'writeFile', { filePath, data: '' })).toMatchObject({
        heard: 'fail',
        errMsg: `writeFile:fail permission denied, open ${filePath}`,
      })
    },
  )

  test('fails when the storage is full', async () => {
    const page = await open()
    const data = 'x'.repeat(6 * 1024 * 1024)
    expect(await callFiles(page, 'writeFile', { filePath: `${await usr(page)}/big`, data })).toMatchObject({
      heard: 'fail',
      errMsg: 'writeFile:fail the maximum size of the file storage limit is exceeded',
      errCode: 1300202,
    })
  })

  test('throws by name when a function is not supported', async () => {
    const page = await open()
    await expect(callFilesSync(page, 'mkdirSync', 'http://usr/folder')).rejects.toThrow(
      'FileSystemManager.mkdirSync is not imitated by the preview',
    )
  })
})

describe.skipIf(lacksChromium())('wx.shareFileMessage', () => {
  const written = async () => {
    const page = await open()
    const filePath = `${await usr(page)}/account.json`
    await callFilesSync(page, 'writeFileSync', filePath, '{}')
    return { page, filePath }
  }

  test("opens a list of chats with the file's name", async () => {
    const { page, filePath } = await written()
    const outcome = callWx(page, 'shareFileMessage', { filePath, fileName: '我的数据.json' })
    const sheet = page.getByRole('dialog', { name: '发送给' })
    expect(await sheet.textContent()).toContain('我的数据.json')
    await sheet.getByRole('button', { name: '文件传输助手' }).click()
    expect(await outcome).toEqual({ errMsg: 'shareFileMessage:ok' })
    const log = await page.evaluate(() => window.weappPreview.log())
    expect(log.map(({ title }) => title)).toContain('我的数据.json → 文件传输助手')
  })

  test.each([
    ['the button', (page: Page) => page.getByRole('button', { name: '取消' }).click()],
    ['the escape key', (page: Page) => page.keyboard.press('Escape')],
  ])('fails when the user cancels with %s', async (_, cancel) => {
    const { page, filePath } = await written()
    const outcome = callWx(page, 'shareFileMessage', { filePath })
    await page.getByRole('dialog', { name: '发送给' }).waitFor()
    await cancel(page)
    expect(await outcome).toEqual({ errMsg: 'shareFileMessage:fail cancel' })
  })

  test('fails when the file does not exist', async () => {
    const page = await open()
    expect(await callWx(page, 'shareFileMessage', { filePath: 'http://usr/none' })).toMatchObject({
      errMsg: 'shareFileMessage:fail no such file or directory http://usr/none',
    })
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  test('is reported by wx.canIUse', async () => {
    const page = await open()
    for (const name of ['shareFileMessage', 'getFileSystemManager'])
      expect(await callWxSync(page, 'canIUse', name)).toBe(true)
  })
})
