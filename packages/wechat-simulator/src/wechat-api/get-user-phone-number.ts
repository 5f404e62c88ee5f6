import type { Answer } from '../faults/apply-fault.ts'
import type { Handler } from '../http.ts'
import { isText, type JsonBody } from './json-body.ts'
import { phoneInfoOf } from '../domain/users.ts'
import type { PhoneCodes } from '../domain/phone-codes.ts'
import { createPostEndpoint, type PostEndpointParts } from './post-endpoint.ts'
import { watermarkOf } from '../domain/watermark.ts'

export type GetUserPhoneNumberParts = PostEndpointParts & { phoneCodes: PhoneCodes }

/** `POST /wxa/business/getuserphonenumber`: a code of the phone button for the number of the person who pressed it. */
export function createGetUserPhoneNumber(parts: GetUserPhoneNumberParts): Handler {
  return createPostEndpoint('/wxa/business/getuserphonenumber', parts, (appId, body) =>
    exchange(parts, appId, body),
  )
}

function exchange(
  { phoneCodes }: GetUserPhoneNumberParts,
  appId: string,
  { code, openid }: JsonBody,
): Answer | number {
  if (!isText(code) || (openid !== undefined && !isText(openid))) return 40097
  const grant = phoneCodes.exchange(appId, code, openid)
  if (typeof grant === 'number') return grant

  const watermark = watermarkOf(appId, grant.pressedAt)
  return { errcode: 0, errmsg: 'ok', phone_info: { ...phoneInfoOf(grant.person), watermark } }
}
