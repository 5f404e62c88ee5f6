import type { App, PushSecrets } from '../domain/app.ts'
import { encryptMessage, pushSignature } from './push-encryption.ts'
import { accountOf, type PushMessage } from './push-messages.ts'

/** An app's message push settings in WeChat's console. */
export type PushSettings = PushSecrets & {
  url: string
  /** Safe mode encrypts; plain mode only signs. */
  mode: 'plain' | 'aes'
}

/** A server's response; `null`: none in time. */
export type PushResponse = { status: number | null; body: string | null }

/** WeChat's side of message push. */
export type MessagePush = {
  configure(appId: string, settings: PushSettings): void
  isConfigured(appId: string): boolean
  /** Verifies the URL: a correct receiver responds with the echostr. */
  verify(appId: string, echostr: string): Promise<PushResponse>
  /** Sends a message, and resends it up to three times until it is accepted. */
  send(appId: string, message: PushMessage): Promise<PushResponse & { attempts: number }>
  /** Resends the last request with the same signature; `undefined`: there is none. */
  replay(appId: string): Promise<PushResponse> | undefined
}

export type MessagePushOptions = {
  /** An app with a push URL is configured from the start. */
  apps: readonly App[]
  now: () => number
  randomBytes: (size: number) => Buffer
  /** How long a response may take. */
  timeoutMs: number
  /** Aborts pending requests. */
  signal: AbortSignal
  /** Receives one line per message, without its content. */
  log: (line: string) => void
}

type Settings = { appId: string; settings: PushSettings }
type Sent = { url: string; body: string }

const maximumResends = 3
const maximumResponseBytes = 64 * 1024

export function createMessagePush({
  apps,
  now,
  randomBytes,
  timeoutMs,
  signal,
  log,
}: MessagePushOptions): MessagePush {
  const configured = new Map<string, PushSettings>()
  for (const { appId, push } of apps) if (push?.url) configured.set(appId, settingsFrom(push, push.url))
  const lastSent = new Map<string, Sent>()

  function settingsOf(appId: string): Settings {
    const settings = configured.get(appId)
    if (!settings) throw new Error(`no message push is configured for ${appId}`)
    return { appId, settings }
  }

  function signedUrl({ settings }: Settings, more: (timestamp: string, nonce: string) => object): string {
    const timestamp = String(Math.floor(now() / 1000))
    const nonce = String(randomBytes(4).readUInt32BE())
    const url = new URL(settings.url)
    const signature = pushSignature(settings.token, timestamp, nonce)
    const query = { signature, timestamp, nonce, ...more(timestamp, nonce) }
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return url.href
  }

  function sign(by: Settings, message: PushMessage): Sent {
    const { mode, token, encodingAesKey = '' } = by.settings
    const text = JSON.stringify(message)
    if (mode === 'plain') return { url: signedUrl(by, () => ({})), body: text }

    const encrypted = encryptMessage(text, { encodingAesKey, appId: by.appId, random: randomBytes(16) })
    const url = signedUrl(by, (timestamp, nonce) => ({
      encrypt_type: 'aes',
      msg_signature: pushSignature(token, timestamp, nonce, encrypted),
    }))
    return { url, body: JSON.stringify({ ToUserName: accountOf(by.appId), Encrypt: encrypted }) }
  }

  async function request(url: string, init: RequestInit): Promise<PushResponse> {
    const ends = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    try {
      const response = await fetch(url, { ...init, redirect: 'manual', signal: ends })
      return { status: response.status, body: (await response.text()).slice(0, maximumResponseBytes) }
    } catch {
      return { status: null, body: null }
    }
  }

  const post = ({ url, body }: Sent) =>
    request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })

  return {
    configure: (appId, settings) => void configured.set(appId, settings),
    isConfigured: (appId) => configured.has(appId),
    verify: (appId, echostr) =>
      request(
        signedUrl(settingsOf(appId), () => ({ echostr })),
        {},
      ),

    async send(appId, message) {
      const sent = sign(settingsOf(appId), message)
      lastSent.set(appId, sent)
      let attempts = 1
      let response = await post(sent)
      while (!isAccepted(response) && attempts <= maximumResends && !signal.aborted) {
        attempts += 1
        response = await post(sent)
      }
      log(`push ${message.Event} to ${appId}: ${response.status ?? 'no response'}, attempt ${attempts}`)
      return { ...response, attempts }
    },
    replay(appId) {
      const sent = lastSent.get(appId)
      return sent && post(sent)
    },
  }
}

const isAccepted = ({ status, body }: PushResponse) => status === 200 && (body === 'success' || body === '')

const settingsFrom = (secrets: PushSecrets, url: string): PushSettings => ({
  ...secrets,
  url,
  mode: secrets.encodingAesKey === undefined ? 'plain' : 'aes',
})
