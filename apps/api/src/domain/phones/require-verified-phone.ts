import type { Database } from '../../infra/database/client.ts'
import { ApiError } from '../../utils/api-error.ts'

/**
 * For what users publish: the law wants to know who they are. Only WeChat gives numbers, so a stored one is verified.
 *
 * @throws ApiError `phone_required`.
 */
export async function requireVerifiedPhone(
  { query }: Pick<Database, 'query'>,
  userId: string,
): Promise<void> {
  const phones = await query`SELECT FROM phones WHERE user_id = ${userId}::uuid`
  if (phones.length === 0) throw new ApiError('phone_required')
}
