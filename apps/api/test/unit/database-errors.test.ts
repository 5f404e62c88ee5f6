import { describe, expect, it } from 'vitest'
import { isDatabaseUnavailable } from '../../src/infra/database/errors.ts'

const postgres = (code: string) => Object.assign(new Error('x'), { code, severity: 'FATAL' })
/** As Prisma's client throws it, around what its adapter threw. */
const viaPrisma = (cause: object) =>
  Object.assign(new Error('x'), {
    code: 'P2010',
    meta: { driverAdapterError: Object.assign(new Error('x'), { cause }) },
  })

describe('an error of the database', () => {
  // The codes of PostgreSQL 17, class by class.
  it.each([
    ...['08000', '08001', '08003', '08004', '08006', '08007', '08P01', '28000', '28P01', '3D000'],
    ...[
      '53000',
      '53100',
      '53200',
      '53300',
      '53400',
      '57000',
      '57014',
      '57P01',
      '57P02',
      '57P03',
      '57P04',
      '57P05',
    ],
    ...['58000', '58030', '58P01', '25006', '25P03', '25P04', '55P03', '40001', '40P01'],
  ])('means "not now" with the SQLSTATE %s, from the driver and from Prisma', (code) => {
    expect(isDatabaseUnavailable(postgres(code))).toBe(true)
    expect(isDatabaseUnavailable(viaPrisma({ kind: 'postgres', originalCode: code }))).toBe(true)
  })

  it.each(['23505', '22P02', '42601', '42501', '25P02', 'XX000', 'P2002', 'ENOENT', 'EACCES'])(
    'becomes an ApiError with the code %s',
    (code) => {
      expect(isDatabaseUnavailable(postgres(code))).toBe(false)
      expect(isDatabaseUnavailable(viaPrisma({ kind: 'postgres', originalCode: code }))).toBe(false)
    },
  )
})
