import { ApiError } from '../../utils/api-error.ts'

const firstYear = 1900
/** Where a day begins first, 14 hours before Greenwich. */
const earliestZoneMs = 14 * 60 * 60 * 1000

/**
 * A day that has begun somewhere on earth, as midnight UTC.
 *
 * @param text a day of the calendar, such as `1990-05-17`.
 * @throws ApiError `invalid_request`.
 */
export function readBirthday(text: string): Date {
  const day = new Date(`${text}T00:00:00Z`)
  if (day.getUTCFullYear() >= firstYear && day.getTime() <= Date.now() + earliestZoneMs) return day
  throw new ApiError('invalid_request', {
    detail: `body/birthday must be a day from ${firstYear} to today`,
  })
}
