import { randomBytes } from 'node:crypto'
import type { App } from '../domain/app.ts'
import { isEncodingAesKey } from '../domain/app.ts'
import { requestId } from '../domain/errcodes.ts'
import { verdicts } from '../domain/moderation.ts'
import type { WechatState } from '../domain/wechat-state.ts'
import type { MediaVerdict } from '../push/media-check.ts'
import type { MessagePush } from '../push/message-push.ts'
import { type About, mediaCheckMessage, userDataMessage } from '../push/push-messages.ts'
import { asObject, type Body, choiceOf, fail, type Operations, optional, textOf } from './body.ts'
import { appOf, userOf } from './params.ts'

export type PushControlParts = { state: WechatState; messagePush: MessagePush; mediaVerdict: MediaVerdict }

/** Message push and the verdicts that it reports. */
export function createPushControls({ state, messagePush, mediaVerdict }: PushControlParts) {
  const configuredAppOf = (body: Body): App => {
    const app = appOf(state, body)
    return messagePush.isConfigured(app.appId)
      ? app
      : fail(409, `no message push is configured for ${app.appId}`)
  }

  return {
    'PUT /__simulator/push': (body) => {
      const { appId } = appOf(state, body)
      const mode = choiceOf(body, 'mode', ['plain', 'aes'])
      const encodingAesKey = mode === 'aes' ? encodingAesKeyOf(body) : undefined
      messagePush.configure(appId, {
        url: httpUrlOf(body),
        token: textOf(body, 'token'),
        encodingAesKey,
        mode,
      })
    },
    'POST /__simulator/push-check': (body) => {
      const echostr = optional(body, 'echostr', textOf) ?? String(randomBytes(8).readBigUInt64BE())
      return messagePush.verify(configuredAppOf(body).appId, echostr)
    },
    'POST /__simulator/push-event': (body) => {
      const app = configuredAppOf(body)
      const openid = state.openidOf(app, userOf(state, body))
      const message = messageOf(body, { appId: app.appId, openid, nowMs: state.now() })
      return messagePush.send(app.appId, { ...message, ...optional(body, 'overrides', objectOf) })
    },
    'POST /__simulator/push-replay': (body) => {
      const { appId } = configuredAppOf(body)
      return messagePush.replay(appId) ?? fail(409, `nothing was pushed to ${appId} yet`)
    },
    'PUT /__simulator/media-verdict': (body) => mediaVerdict.set(choiceOf(body, 'suggest', verdicts)),
  } satisfies Operations

  function messageOf(body: Body, about: About) {
    const event = textOf(body, 'event')
    if (event !== 'wxa_media_check') {
      return userDataMessage(about, event, optional(body, 'revokeInfo', textOf))
    }
    return mediaCheckMessage(about, requestId(about.nowMs), mediaVerdict.get())
  }
}

const objectOf = (body: Body, field: string): Body => asObject(body[field])

function encodingAesKeyOf(body: Body): string {
  const key = textOf(body, 'encodingAesKey')
  return isEncodingAesKey(key) ? key : fail(400, '"encodingAesKey" must be 43 letters and digits')
}

function httpUrlOf(body: Body): string {
  const url = textOf(body, 'url')
  const isHttp = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
  return isHttp ? url : fail(400, '"url" must begin with http:// or https://')
}
