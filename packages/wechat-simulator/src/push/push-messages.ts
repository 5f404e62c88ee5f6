import { createHash } from 'node:crypto'
import { type Verdict, verdictOf } from '../domain/moderation.ts'

/** A message before it is signed. */
export type PushMessage = Readonly<Record<string, unknown>>

export type About = { appId: string; openid: string; nowMs: number }

/** A user withdraws an authorization, closes the WeChat account, or changed user data. */
export function userDataMessage(about: About, event: string, revokeInfo?: string): PushMessage {
  return {
    ...envelopeOf(about, event),
    OpenID: about.openid,
    AppID: about.appId,
    ...(revokeInfo !== undefined && { RevokeInfo: revokeInfo }),
  }
}

/** The verdict on an image or a sound; -1008: the download failed, so there is none. */
export function mediaCheckMessage(about: About, traceId: string, verdict: Verdict | -1008): PushMessage {
  const head = {
    ...envelopeOf(about, 'wxa_media_check'),
    appid: about.appId,
    trace_id: traceId,
    version: 2,
  }
  if (verdict === -1008) return { ...head, errcode: verdict, errmsg: 'download media failed' }
  const result = verdictOf(verdict)
  const detail = [{ strategy: 'content_model', errcode: 0, ...result, prob: 90 }]
  return { ...head, errcode: 0, errmsg: 'ok', result, detail }
}

const envelopeOf = ({ appId, openid, nowMs }: About, event: string) => ({
  ToUserName: accountOf(appId),
  FromUserName: openid,
  CreateTime: Math.floor(nowMs / 1000),
  MsgType: 'event',
  Event: event,
})

/** The original id of a mini program: the same at every start. */
export const accountOf = (appId: string): string =>
  `gh_${createHash('sha256').update(appId).digest('hex').slice(0, 12)}`
