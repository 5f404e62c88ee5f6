import type { Answer } from '../faults/apply-fault.ts'
import { checkAuthor } from '../domain/moderation.ts'
import { requestId } from '../domain/errcodes.ts'
import type { Handler } from '../http.ts'
import { isText, type JsonBody } from './json-body.ts'
import type { MediaCheck } from '../push/media-check.ts'
import { createPostEndpoint, type PostEndpointParts } from './post-endpoint.ts'
import type { WechatState } from '../domain/wechat-state.ts'

export type MediaCheckAsyncParts = PostEndpointParts & { state: WechatState; mediaCheck: MediaCheck }

/** `POST /wxa/media_check_async`: whether a picture may be shown, which a message push says later. */
export function createMediaCheckAsync(parts: MediaCheckAsyncParts): Handler {
  return createPostEndpoint('/wxa/media_check_async', parts, (appId, body) => begin(parts, appId, body))
}

function begin(
  { state, mediaCheck, now }: MediaCheckAsyncParts,
  appId: string,
  body: JsonBody,
): Answer | number {
  const { media_url: url, media_type: mediaType } = body
  if (url === undefined || url === '') return 44002
  if (!isText(url)) return 47001
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) return 40066
  if (mediaType !== 1 && mediaType !== 2) return 40004
  const openid = checkAuthor(state, appId, body)
  if (typeof openid === 'number') return openid

  const traceId = requestId(now())
  mediaCheck.begin({ appId, openid, url, traceId })
  return { errcode: 0, errmsg: 'ok', trace_id: traceId }
}
