import { setTimeout as delay } from 'node:timers/promises'
import type { Verdict } from '../domain/moderation.ts'
import type { WechatState } from '../domain/wechat-state.ts'
import type { MessagePush } from './message-push.ts'
import { mediaCheckMessage } from './push-messages.ts'

/** What WeChat will find in the next pictures. */
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

/** A picture or a sound that somebody uploaded. */
export type Media = { appId: string; openid: string; url: string; traceId: string }

/** Looks at media in its own time, and pushes what it found. */
export type MediaCheck = { begin(media: Media): void }

export type MediaCheckOptions = {
  state: WechatState
  messagePush: MessagePush
  mediaVerdict: MediaVerdict
  /** How long after its answer the check begins, in milliseconds: the asker must have time to note the trace_id. */
  delayMs: number
  /** Ends what is under way. */
  signal: AbortSignal
  log: (line: string) => void
}

/** WeChat looks at nothing that is larger. */
const maximumMediaBytes = 10 * 1024 * 1024
const downloadTimeoutMs = 5000

export function createMediaCheck(options: MediaCheckOptions): MediaCheck {
  const { state, messagePush, mediaVerdict, delayMs, signal, log } = options

  async function check({ appId, openid, url, traceId }: Media): Promise<void> {
    await delay(delayMs, undefined, { signal })
    const isThere = await canDownload(url, signal)
    signal.throwIfAborted()
    if (!messagePush.isConfigured(appId)) return log(`media_check ${appId}: no push is configured`)
    const about = { appId, openid, nowMs: state.now() }
    await messagePush.send(appId, mediaCheckMessage(about, traceId, isThere ? mediaVerdict.get() : -1008))
  }

  return {
    begin(media) {
      check(media).catch((error: unknown) => {
        if (!signal.aborted) console.error('The WeChat simulator failed:', error)
      })
    },
  }
}

/** Whether something comes from a URL whole, in time and no larger than WeChat takes. */
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
