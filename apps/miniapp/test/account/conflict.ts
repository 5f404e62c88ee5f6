import type { Conflict } from '@repo/shared'
import { ApiError } from '../../src/session/errors.ts'

/** Another account in the way, as the API shows it. */
export const conflictWith = (
  other: Partial<Conflict['other']> = {},
  ticket: string | null = 'ticket',
): Conflict => ({
  ticket,
  ticketExpiresAt: ticket && '2026-11-20T08:05:00.000Z',
  other: { nicknameMasked: '小**', ...other },
})

export const conflictError = (conflict = conflictWith()) =>
  new ApiError('account_conflict', { status: 409, conflict })
