import type { Handler } from '@repo/tooling/local-http'
import { requestId } from '../domain/errcodes.ts'
import { validateAuthor } from '../domain/moderation.ts'
import type { WechatState } from '../domain/wechat-state.ts'
import type { WechatResponse } from '../faults/apply-fault.ts'
import type { MediaCheck } from '../push/media-check.ts'
import { isNonEmptyString, type JsonBody } from './json-body.ts'
import { createPostEndpoint, type PostEndpointParts } from './post-endpoint.ts'

export type MediaCheckAsyncParts = PostEndpointParts & { state: WechatState; mediaCheck: MediaCheck }

/** `POST /wxa/media_check_async`: whether an image may be shown; a message push reports it later. */
export function createMediaCheckAsync(parts: MediaCheckAsyncParts): Handler {
  return createPostEndpoint('/wxa/media_check_async', parts, (appId, body) => start(parts, appId, body))
}

function start(
  { state, mediaCheck, now }: MediaCheckAsyncParts,
  appId: string,
  body: JsonBody,
): WechatResponse | number {
  const { media_url: url, media_type: mediaType } = body
  if (url === undefined || url === '') return 44002
  if (!isNonEmptyString(url)) return 47001
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) return 40066
  if (mediaType !== 1 && mediaType !== 2) return 40004
  const openid = validateAuthor(state, appId, body)
  if (typeof openid === 'number') return openid

  const traceId = requestId(now())
  mediaCheck.start({ appId, openid, url, traceId })
  return { errcode: 0, errmsg: 'ok', trace_id: traceId }
}
