import { setTimeout as delay } from 'node:timers/promises'
import type { Verdict } from '../domain/moderation.ts'
import type { WechatState } from '../domain/wechat-state.ts'
import type { MessagePush } from './message-push.ts'
import { mediaCheckMessage } from './push-messages.ts'

/** WeChat's verdict on the next images. */
export type MediaVerdict = { get(): Verdict; set(suggest: Verdict): void }

export function createMediaVerdict(): MediaVerdict {
  let present: Verdict = 'pass'
  return {
    get: () => present,
    set(suggest) {
      present = suggest
    },
  }
}

/** An image or a sound that a user uploaded. */
export type Media = { appId: string; openid: string; url: string; traceId: string }

/** Checks media asynchronously and pushes the verdict. */
export type MediaCheck = { start(media: Media): void }

export type MediaCheckOptions = {
  state: WechatState
  messagePush: MessagePush
  mediaVerdict: MediaVerdict
  /** How long after the response the check starts: the server needs time to store the trace_id. */
  delayMs: number
  /** Aborts pending checks. */
  signal: AbortSignal
  log: (line: string) => void
}

/** WeChat's limit. */
const maximumMediaBytes = 10 * 1024 * 1024
const downloadTimeoutMs = 5000

export function createMediaCheck(options: MediaCheckOptions): MediaCheck {
  const { state, messagePush, mediaVerdict, delayMs, signal, log } = options

  async function check({ appId, openid, url, traceId }: Media): Promise<void> {
    await delay(delayMs, undefined, { signal })
    const isDownloaded = await canDownload(url, signal)
    signal.throwIfAborted()
    if (!messagePush.isConfigured(appId)) return log(`media_check ${appId}: no push is configured`)
    const about = { appId, openid, nowMs: state.now() }
    await messagePush.send(
      appId,
      mediaCheckMessage(about, traceId, isDownloaded ? mediaVerdict.get() : -1008),
    )
  }

  return {
    start(media) {
      check(media).catch((error: unknown) => {
        if (!signal.aborted) console.error('The WeChat simulator failed:', error)
      })
    },
  }
}

/** Whether the URL returns a non-empty body in time and within WeChat's limit. */
async function canDownload(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(downloadTimeoutMs)]),
    })
    let bytes = 0
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length
      if (bytes > maximumMediaBytes) return false
    }
    return response.ok && bytes > 0
  } catch {
    return false
  }
}
