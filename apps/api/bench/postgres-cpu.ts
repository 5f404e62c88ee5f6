import { readFile } from 'node:fs/promises'
import pg from 'pg'

/** The CPU time that a PostgreSQL has used so far, of all its processes. */
export type PostgresCpu = () => Promise<number>

/** Linux counts the time of processes that have ended in these. */
const ticksPerSecond = 100

/** @returns `null` where the server's processes cannot be seen: on another machine, in a container, or not on Linux. */
export async function openPostgresCpu(url: string): Promise<PostgresCpu | null> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    const pid = rows[0]?.pid ?? 0
    if (!(await readFile(`/proc/${pid}/comm`, 'utf8')).startsWith('postgres')) return null
    const { parent } = await readStat(pid)
    return () => cpuMicroseconds(parent)
  } catch {
    return null
  } finally {
    await client.end()
  }
}

async function cpuMicroseconds(server: number): Promise<number> {
  const { endedTicks } = await readStat(server)
  const children = (await readFile(`/proc/${server}/task/${server}/children`, 'utf8')).trim().split(' ')
  const times = await Promise.all(children.map(nanoseconds))
  return (endedTicks * 1_000_000) / ticksPerSecond + times.reduce((sum, time) => sum + time, 0) / 1000
}

/** Finer than the ticks. 0 for a process that has just ended. */
const nanoseconds = (pid: string): Promise<number> =>
  readFile(`/proc/${pid}/schedstat`, 'utf8').then(
    (text) => Number(text.split(' ')[0]),
    () => 0,
  )

/** The name of the program, in brackets, may contain anything. */
async function readStat(pid: number): Promise<{ parent: number; endedTicks: number }> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const [parent = 0, endedUser = 0, endedSystem = 0] = [fields[1], fields[13], fields[14]]
  return { parent, endedTicks: endedUser + endedSystem }
}
