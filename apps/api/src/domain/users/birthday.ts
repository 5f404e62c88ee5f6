import { ApiError } from '../../utils/api-error.ts'

const firstYear = 1900
/** UTC+14, the time zone in which a day begins first. */
const earliestZoneMs = 14 * 60 * 60 * 1000

/**
 * A day up to today, in whichever time zone the user is, as midnight UTC.
 *
 * @param text a calendar day, such as `1990-05-17`.
 * @throws ApiError `invalid_request`.
 */
export function parseBirthday(text: string): Date {
  const day = new Date(`${text}T00:00:00Z`)
  if (day.getUTCFullYear() >= firstYear && day.getTime() <= Date.now() + earliestZoneMs) return day
  throw new ApiError('invalid_request', {
    detail: `body/birthday must be a day from ${firstYear} to today`,
  })
}
