import type { Handler } from '@repo/tooling/local-http'
import { requestId } from '../domain/errcodes.ts'
import { type Verdict, validateAuthor, verdictOf } from '../domain/moderation.ts'
import type { WechatState } from '../domain/wechat-state.ts'
import type { WechatResponse } from '../faults/apply-fault.ts'
import type { JsonBody } from './json-body.ts'
import { createPostEndpoint, type PostEndpointParts } from './post-endpoint.ts'

/** Words that make a text harmful, in upper or lower case. */
export type Keywords = { risky: readonly string[]; review: readonly string[] }

export const defaultKeywords: Keywords = { risky: ['违规', 'risky'], review: ['review'] }

export type MsgSecCheckParts = PostEndpointParts & { state: WechatState; keywords: Keywords }

const maximumCharacters = 2500

/** `POST /wxa/msg_sec_check`: whether a name or a text may be shown. A harmful one is errcode 0 too. */
export function createMsgSecCheck(parts: MsgSecCheckParts): Handler {
  return createPostEndpoint('/wxa/msg_sec_check', parts, (appId, body) => check(parts, appId, body))
}

function check(
  { state, keywords, now }: MsgSecCheckParts,
  appId: string,
  body: JsonBody,
): WechatResponse | number {
  const { content, title = '', nickname = '', signature = '' } = body
  if (content === undefined || content === '') return 44002
  const texts = [content, title, nickname, signature]
  if (!texts.every((text) => typeof text === 'string')) return 47001
  if ([...String(content)].length > maximumCharacters) return 47001
  const author = validateAuthor(state, appId, body)
  if (typeof author === 'number') return author

  const { suggest, keyword } = moderate(keywords, texts.join('\n').toLowerCase())
  const verdict = verdictOf(suggest)
  const detail = [
    { strategy: 'content_model', errcode: 0, ...verdictOf('pass'), prob: 90 },
    { strategy: 'keyword', errcode: 0, ...verdict, ...(keyword !== undefined && { level: 20, keyword }) },
  ]
  return { errcode: 0, errmsg: 'ok', result: verdict, detail, trace_id: requestId(now()) }
}

function moderate(keywords: Keywords, text: string): { suggest: Verdict; keyword?: string } {
  for (const suggest of ['risky', 'review'] as const) {
    const keyword = keywords[suggest].find((word) => text.includes(word.toLowerCase()))
    if (keyword !== undefined) return { suggest, keyword }
  }
  return { suggest: 'pass' }
}
