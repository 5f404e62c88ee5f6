import type { IncomingMessage } from 'node:http'
import { lacksChromium } from '@repo/tooling/chromium'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { heardBy, openAccount } from './account.ts'
import { apiOrigin, closeSharedBrowser, startServer, startTestPreview } from './phone.ts'

afterAll(closeSharedBrowser)

type Received = Pick<IncomingMessage, 'method' | 'url' | 'headers'> & { form: FormData }

/** Records uploads and responds JSON with the status in the URL. */
async function startReceiver(received: Received[] = []): Promise<string> {
  return startServer(async (incoming, response) => {
    const { method, url, headers } = incoming
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const type = String(headers['content-type'])
    const form = await new Response(Buffer.concat(chunks), { headers: { 'content-type': type } }).formData()
    received.push({ method, url, headers, form })
    response.writeHead(Number(url?.slice(1)) || 200, { 'Content-Type': 'application/json' })
    response.end('{"avatar":"x"}')
  })
}

/** The account page with a picture that was just chosen. */
async function openWithPicture(api: string, search = ''): Promise<{ page: Page; filePath: string }> {
  const page = await openAccount({ preview: await startTestPreview({ api }), search })
  await page.locator('#avatar').click()
  await page.getByRole('button', { name: '用微信头像' }).click()
  await expect.poll(async () => (await heardBy(page)).length).toBeGreaterThan(0)
  const [event] = await heardBy(page)
  return { page, filePath: String(event?.detail.avatarUrl) }
}

type Outcome = { result: Record<string, unknown>; progress: { progress: number }[] }

/** `wx.uploadFile`, with what it told of its progress. `abortAt`: aborts at this progress. */
function upload(page: Page, options: Record<string, unknown>, abortAt = 101): Promise<Outcome> {
  return page.evaluate(
    ([options, abortAt]) =>
      new Promise<Outcome>((resolve) => {
        const progress: { progress: number }[] = []
        const finish = (result: Record<string, unknown>) => resolve({ result, progress })
        const wx = window.weappPreview.wx as { uploadFile(options: unknown): UploadTask }
        const task = wx.uploadFile({ ...options, success: finish, fail: finish })
        task.onProgressUpdate((step) => {
          progress.push(step)
          if (step.progress >= abortAt) task.abort()
        })
      }),
    [options, abortAt] as const,
  )
}

type UploadTask = { abort(): void; onProgressUpdate(listener: (step: { progress: number }) => void): void }

describe.skipIf(lacksChromium())('wx.uploadFile', () => {
  test('sends file, fields and headers as a form and returns the response as text', async () => {
    const received: Received[] = []
    const { page, filePath } = await openWithPicture(await startReceiver(received))
    const { result } = await upload(page, {
      url: `${apiOrigin}/avatar`,
      filePath,
      name: 'file',
      header: { Authorization: 'Bearer x', 'Content-Type': 'text/plain', Referer: 'mine' },
      formData: { purpose: '头像', version: 2 },
    })
    expect(result).toEqual({ errMsg: 'uploadFile:ok', statusCode: 200, data: '{"avatar":"x"}' })

    const [{ method, url, headers, form } = {} as Partial<Received>] = received
    expect({ method, url }).toEqual({ method: 'POST', url: '/avatar' })
    expect(headers).toMatchObject({
      authorization: 'Bearer x',
      referer: expect.stringContaining('servicewechat.com'),
      'content-type': expect.stringMatching(/^multipart\/form-data; boundary=/),
    })
    expect([...(form?.keys() ?? [])]).toEqual(['purpose', 'version', 'file'])
    expect([form?.get('purpose'), form?.get('version')]).toEqual(['头像', '2'])
    const file = form?.get('file') as File
    expect({ name: file.name, type: file.type }).toEqual({
      name: filePath.split('/').at(-1),
      type: 'image/jpeg',
    })
    // A JPEG begins with these bytes.
    expect([...new Uint8Array(await file.arrayBuffer()).subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff])
  })

  test.each([413, 500])('succeeds with any status: %i', async (status) => {
    const { page, filePath } = await openWithPicture(await startReceiver())
    const { result } = await upload(page, { url: `${apiOrigin}/${status}`, filePath, name: 'file' })
    expect(result).toMatchObject({ errMsg: 'uploadFile:ok', statusCode: status, data: '{"avatar":"x"}' })
  })

  test('reports its progress', async () => {
    const { page, filePath } = await openWithPicture(await startReceiver())
    const { progress } = await upload(page, { url: apiOrigin, filePath, name: 'file' })
    expect(progress.map((step) => step.progress)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100])
    const last = progress.at(-1) as unknown as { totalBytesSent: number; totalBytesExpectedToSend: number }
    expect(last.totalBytesSent).toBe(last.totalBytesExpectedToSend)
    expect(last.totalBytesSent).toBeGreaterThan(1000)
  })

  test('sends nothing when it is aborted halfway', async () => {
    const received: Received[] = []
    const { page, filePath } = await openWithPicture(await startReceiver(received))
    const { result, progress } = await upload(page, { url: apiOrigin, filePath, name: 'file' }, 50)
    expect(progress.at(-1)?.progress).toBe(50)
    expect(result).toEqual({ errMsg: 'uploadFile:fail abort', errno: 600_003 })
    expect(received).toEqual([])
  })

  test('times out when the network is too slow', async () => {
    const { page, filePath } = await openWithPicture(await startReceiver(), '?network=2g')
    const { result } = await upload(page, { url: apiOrigin, filePath, name: 'file', timeout: 500 })
    expect(result).toEqual({ errMsg: 'uploadFile:fail timeout', errno: 5 })
  })

  test.each([
    ['an origin that is not configured', { url: 'https://evil.example/' }, 'url not in domain list', 600_002],
    ['a file that is not there', { filePath: 'http://tmp/none.png' }, 'file not found', 1_300_002],
    [
      'no name',
      { name: undefined },
      'parameter error: parameter.name should be String instead of undefined',
      1001,
    ],
  ])('fails for %s', async (_, wrong, message, errno) => {
    const { page, filePath } = await openWithPicture(await startReceiver())
    const { result } = await upload(page, { url: apiOrigin, filePath, name: 'file', ...wrong })
    expect(result).toEqual({ errMsg: `uploadFile:fail ${message}`, errno })
  })
})
