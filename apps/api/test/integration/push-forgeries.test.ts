import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { type Answer, apps, createTestApp, firstApp, problem, secondApp } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

const push = { token: 'AAAAA', encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG' }

describe.runIf(hasDatabase)('an attacker who knows the URL of the message push', () => {
  const testApp = useTestApp(() =>
    createTestApp({
      WECHAT_APPS: JSON.stringify(
        apps.map(({ appId, secret }) => ({ appId, secret, ...(appId === firstApp ? { push } : {}) })),
      ),
    }),
  )
  const signature = (...texts: string[]) => createHash('sha1').update(texts.sort().join('')).digest('hex')
  function sealed(plain: Buffer): string {
    const key = Buffer.from(`${push.encodingAesKey}=`, 'base64')
    const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
    return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64')
  }
  async function send(encrypted: string, more: Record<string, string> = {}): Promise<Answer> {
    const [timestamp, nonce] = [String(Math.floor(Date.now() / 1000)), 'nonce']
    const query = new URLSearchParams({
      timestamp,
      nonce,
      msg_signature: signature(push.token, timestamp, nonce, encrypted),
      ...more,
    })
    return testApp.call(`POST /v1/wechat/push/${firstApp}?${query}`, {
      body: JSON.stringify({ Encrypt: encrypted }),
    })
  }

  it('gets the same response for a wrong padding, length and AppID, so that a ciphertext reveals nothing', async () => {
    const blocks = (bytes: number, last: number) => {
      const plain = Buffer.alloc(bytes, 7)
      plain[bytes - 1] = last
      return plain
    }
    const foreign = Buffer.concat([
      Buffer.alloc(16),
      Buffer.from([0, 0, 0, 2]),
      Buffer.from(`{}${secondApp}`),
    ])
    const padding = 32 - (foreign.length % 32)
    const texts = [
      randomBytes(64).toString('base64'),
      sealed(blocks(64, 0)),
      sealed(blocks(64, 33)),
      sealed(blocks(64, 1)),
      sealed(blocks(64, 2)),
      sealed(Buffer.alloc(32, 32)),
      sealed(Buffer.concat([foreign, Buffer.alloc(padding, padding)])),
      'AAAA',
      '',
      '!',
    ]
    const answers = []
    for (const text of texts) {
      const { status, body } = await send(text)
      answers.push({ ...body, status, requestId: '' })
    }
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(answers[0]).toMatchObject({ status: 403, code: 'forbidden' })
  })

  it('is rejected with a signature over other parts, of another time, or none', async () => {
    const text = sealed(Buffer.alloc(32, 32))
    const [timestamp, nonce] = [String(Math.floor(Date.now() / 1000)), 'nonce']
    const old = String(Number(timestamp) - 3600)
    for (const more of [
      { msg_signature: signature(push.token, timestamp, nonce), timestamp },
      { msg_signature: signature(push.token, old, nonce, text), timestamp: old },
      { msg_signature: '' },
      { msg_signature: signature(timestamp, nonce, text), timestamp },
    ])
      expect(await send(text, more)).toMatchObject(problem('forbidden', 403))
  })
})
