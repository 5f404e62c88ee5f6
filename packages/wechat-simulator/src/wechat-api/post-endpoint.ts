import { type Handler, urlOf } from '@repo/tooling/local-http'
import type { AccessTokens } from '../domain/access-tokens.ts'
import type { Quotas } from '../domain/quotas.ts'
import type { WechatPath } from '../domain/wechat-paths.ts'
import type { WechatResponse } from '../faults/apply-fault.ts'
import { type JsonBody, readJsonBody } from './json-body.ts'
import { createJsonEndpoint, type JsonEndpointParts } from './json-endpoint.ts'

export type PostEndpointParts = JsonEndpointParts & { accessTokens: AccessTokens; quotas: Quotas }

/** An endpoint that takes an access token in the query and JSON by POST; a number is an errcode. */
export function createPostEndpoint(
  path: WechatPath,
  parts: PostEndpointParts,
  respond: (appId: string, body: JsonBody) => WechatResponse | number,
): Handler {
  return createJsonEndpoint(path, parts, async (request) => {
    const appId = parts.accessTokens.check(urlOf(request).searchParams.get('access_token'))
    if (typeof appId === 'number') return appId
    const exceeded = parts.quotas.count(path, appId)
    if (exceeded !== undefined) return exceeded
    const body = await readJsonBody(request)
    return typeof body === 'number' ? body : respond(appId, body)
  })
}
