import { api, type Endpoint } from './api.ts'
import type { ErrorCode } from './errors.ts'
import type { EndpointKey } from './types.ts'

/** The errors that an endpoint can return: its own, and those of every endpoint like it. */
export const errorsOf = (key: EndpointKey): readonly ErrorCode[] => [
  ...new Set([...api[key].errors, ...commonErrors(api[key])]),
]

function commonErrors({
  access,
  params,
  query,
  body,
  upload,
  verifiedPhone,
}: Endpoint): readonly ErrorCode[] {
  return [
    ...(params || query || body || upload ? (['invalid_request'] as const) : []),
    ...(body || upload ? (['body_too_large', 'unsupported_media_type'] as const) : []),
    ...(access === 'public' ? [] : tokenErrors),
    ...(access === 'admin' ? (['forbidden'] as const) : []),
    ...(verifiedPhone ? (['phone_required'] as const) : []),
    'rate_limited',
    'database_unavailable',
    'server_busy',
  ]
}

const tokenErrors = [
  'access_token_missing',
  'access_token_invalid',
  'access_token_expired',
  'session_revoked',
  'refresh_token_reused',
] as const
