import type { DeadJob } from '@repo/shared'
import { ApiError } from '../../utils/api-error.ts'
import type { Database } from '../database/client.ts'

/** Jobs that failed for the last time; their payload never leaves the database. */
export type DeadJobs = {
  /** Newest first. */
  list(): Promise<DeadJob[]>
  /** Gives a job all its attempts again. @throws ApiError `not_found`. */
  retry(id: string): Promise<void>
  /** The number of dead jobs by kind. */
  count(): Promise<Record<string, number>>
}

const maximumListed = 100

export function createDeadJobs({ prisma }: Database): DeadJobs {
  return {
    async list() {
      const jobs = await prisma.job.findMany({
        where: { deadAt: { not: null } },
        orderBy: { deadAt: 'desc' },
        take: maximumListed,
        select: { id: true, kind: true, attempts: true, deadAt: true, error: true },
      })
      return jobs.flatMap(({ deadAt, ...job }) => (deadAt ? [{ ...job, deadAt: deadAt.toISOString() }] : []))
    },
    async retry(id) {
      const { count } = await prisma.job.updateMany({
        where: { id, deadAt: { not: null } },
        data: { deadAt: null, error: null, attempts: 0, runAt: new Date() },
      })
      if (count === 0) throw new ApiError('not_found')
    },
    async count() {
      const kinds = await prisma.job.groupBy({
        by: ['kind'],
        where: { deadAt: { not: null } },
        _count: true,
      })
      return Object.fromEntries(kinds.map(({ kind, _count }) => [kind, _count]))
    },
  }
}
