import type { Handler } from '@repo/tooling/local-http'
import type { PhoneCodes } from '../domain/phone-codes.ts'
import { phoneInfoOf } from '../domain/users.ts'
import { watermarkOf } from '../domain/watermark.ts'
import type { WechatResponse } from '../faults/apply-fault.ts'
import { isNonEmptyString, type JsonBody } from './json-body.ts'
import { createPostEndpoint, type PostEndpointParts } from './post-endpoint.ts'

export type GetUserPhoneNumberParts = PostEndpointParts & { phoneCodes: PhoneCodes }

/** `POST /wxa/business/getuserphonenumber`: exchanges a code of the phone number button for the user's number. */
export function createGetUserPhoneNumber(parts: GetUserPhoneNumberParts): Handler {
  return createPostEndpoint('/wxa/business/getuserphonenumber', parts, (appId, body) =>
    exchange(parts, appId, body),
  )
}

function exchange(
  { phoneCodes }: GetUserPhoneNumberParts,
  appId: string,
  { code, openid }: JsonBody,
): WechatResponse | number {
  if (!isNonEmptyString(code) || (openid !== undefined && !isNonEmptyString(openid))) return 40097
  const grant = phoneCodes.exchange(appId, code, openid)
  if (typeof grant === 'number') return grant

  const watermark = watermarkOf(appId, grant.tappedAt)
  return { errcode: 0, errmsg: 'ok', phone_info: { ...phoneInfoOf(grant.user), watermark } }
}
