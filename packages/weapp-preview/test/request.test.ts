import { lacksChromium } from '@repo/tooling/chromium'
import { afterAll, describe, expect, test } from 'vitest'
import {
  apiOrigin,
  bodyOf,
  closeSharedBrowser,
  openPhone,
  request,
  startServer,
  startTestPreview,
} from './phone.ts'

afterAll(closeSharedBrowser)

/** Answers every request with what it was. */
const startEcho = () =>
  startServer(async (incoming, response) => {
    const { method, url, headers } = incoming
    const body = await bodyOf(incoming)
    response.writeHead(url?.startsWith('/404') ? 404 : 200, {
      'Content-Type': 'application/json',
      'X-Name': 'v',
    })
    response.end(
      method === 'HEAD' ? undefined : JSON.stringify({ method, url, type: headers['content-type'], body }),
    )
  })

const open = async (search = '') => openPhone(await startTestPreview({ api: await startEcho() }), { search })

describe.skipIf(lacksChromium())('wx.request', () => {
  test.each([
    [
      { data: { a: '1 &', b: { c: 2 } } },
      { method: 'GET', url: '/x?a=1%20%26&b=%7B%22c%22%3A2%7D', body: '' },
    ],
    [{ url: `${apiOrigin}/x?y=1`, data: { a: 1 } }, { url: '/x?y=1&a=1' }],
    [
      { method: 'POST', data: { a: 1 } },
      { method: 'POST', url: '/x', body: '{"a":1}', type: 'application/json' },
    ],
    [
      { method: 'post', data: 'raw' },
      { method: 'POST', body: 'raw' },
    ],
    [{ method: 'POST' }, { method: 'POST', body: '', type: 'application/json' }],
    [
      { method: 'PUT', data: [1] },
      { method: 'PUT', body: '[1]' },
    ],
    [{ method: 'DELETE' }, { method: 'DELETE', type: 'application/json' }],
    [
      { method: 'POST', header: { 'Content-Type': 'application/x-www-form-urlencoded' }, data: { a: '1 2' } },
      { body: 'a=1%202', type: 'application/x-www-form-urlencoded' },
    ],
  ])('sends %j', async (options, expected) => {
    const result = await request(await open(), { url: `${apiOrigin}/x`, ...options })
    expect(result).toMatchObject({ statusCode: 200, data: expected, errMsg: 'request:ok' })
  })

  test('succeeds with any status and returns the headers unchanged', async () => {
    const result = await request(await open(), { url: `${apiOrigin}/404` })
    expect(result).toMatchObject({
      statusCode: 404,
      header: { 'Content-Type': 'application/json', 'X-Name': 'v' },
    })
  })

  test('returns text when dataType is other or the body is not JSON', async () => {
    const api = await startServer((_, response) => response.end('{"a":'))
    const page = await openPhone(await startTestPreview({ api }))
    expect(await request(page, { url: apiOrigin })).toMatchObject({ data: '{"a":' })
    expect(await request(await open(), { url: `${apiOrigin}/x`, dataType: 'text' })).toMatchObject({
      data: expect.stringContaining('"method":"GET"'),
    })
  })

  test.each([
    [
      'an origin that is not configured',
      { url: 'https://evil.example/' },
      'request:fail url not in domain list',
      600_002,
    ],
    ['no address', { url: 'x' }, 'request:fail invalid url "x"', 600_009],
    [
      'a method that wx.request does not have',
      { method: 'PATCH' },
      'request:fail method is invalid: PATCH',
      1001,
    ],
  ])('fails for %s', async (_, options, errMsg, errno) => {
    expect(await request(await open(), { url: apiOrigin, ...options })).toEqual({ errMsg, errno })
  })

  test('fails without a network', async () => {
    expect(await request(await open('?network=none'), { url: apiOrigin })).toEqual({
      errMsg: expect.stringMatching(/^request:fail .*ERR_INTERNET_DISCONNECTED$/),
      errno: 600_001,
    })
  })

  test('times out, and can be aborted', async () => {
    const api = await startServer(() => {})
    const page = await openPhone(await startTestPreview({ api }))
    expect(await request(page, { url: apiOrigin, timeout: 200 })).toEqual({
      errMsg: 'request:fail timeout',
      errno: 5,
    })
    expect(await request(page, { url: apiOrigin }, 50)).toEqual({
      errMsg: 'request:fail abort',
      errno: 600_003,
    })
  })

  test('closes the connection when the request is aborted', async () => {
    let closed = false
    const api = await startServer((incoming) =>
      incoming.once('close', () => {
        closed = true
      }),
    )
    const page = await openPhone(await startTestPreview({ api }))
    await request(page, { url: apiOrigin }, 1_000)
    await expect.poll(() => closed).toBe(true)
  })

  test('logs method, path and status without secrets', async () => {
    const page = await open()
    await request(page, {
      url: `${apiOrigin}/v1/me?token=hidden1`,
      header: { Authorization: 'Bearer hidden2' },
      data: { code: 'hidden3' },
      method: 'POST',
    })
    const log = JSON.stringify(await page.evaluate(() => window.weappPreview.log()))
    expect(log).toContain('"title":"POST /v1/me","ok":true,"outcome":"200"')
    expect(log).not.toContain('hidden')
  })
})
