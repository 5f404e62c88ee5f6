import { parseArgs } from 'node:util'
import { type Scenario, scenarios } from './scenarios.ts'

export type Options = {
  /** Registered people in the database that the contestants share. */
  users: number
  /** Registered people in the database that shows how the API grows; `null`: as many as the database can take. */
  manyUsers: number | null
  /** How often every contestant has its turn. */
  rounds: number
  /** Requests of one turn. */
  requests: number
  /** Requests of the first turn, which warms up and is not counted. */
  warmUp: number
  /** Requests that are under way at once. */
  concurrency: number
  scenarios: Scenario[]
  /** Use PGlite although there may be a PostgreSQL. */
  embedded: boolean
}

const usage = `pnpm bench [options]
  --users <n>        registered people, for every contestant       (1000)
  --many-users <n>   registered people, to see how the API grows   (1000000; on PGlite 100000)
  --rounds <n>       turns of every contestant, interleaved        (11)
  --requests <n>     requests of one turn                          (2000)
  --warm-up <n>      requests before the first turn, not counted   (8000)
  --concurrency <n>  requests that are under way at once           (32)
  --only <scenario>  ${scenarios.join(', ')}; may be repeated
  --embedded         PGlite, although there is a PostgreSQL
TEST_DATABASE_URL names the PostgreSQL to use; else one that is found on this machine, else PGlite.`

/** Ends the process with the usage when asked for help, or when an option cannot be understood. */
export function readOptions(words: string[]): Options {
  const text = { type: 'string' } as const
  try {
    const { values } = parseArgs({
      // pnpm hands over the `--` that separates its own options from ours.
      args: words.filter((word) => word !== '--'),
      options: {
        help: { type: 'boolean' },
        embedded: { type: 'boolean', default: false },
        users: text,
        'many-users': text,
        rounds: text,
        requests: text,
        'warm-up': text,
        concurrency: text,
        only: { type: 'string', multiple: true },
      },
    })
    if (values.help) {
      console.log(usage)
      process.exit(0)
    }
    return {
      users: count(values.users, 1000),
      manyUsers: values['many-users'] === undefined ? null : count(values['many-users'], 0),
      rounds: count(values.rounds, 11),
      requests: count(values.requests, 2000),
      warmUp: count(values['warm-up'], 8000),
      concurrency: count(values.concurrency, 32),
      scenarios: values.only?.map(scenario) ?? [...scenarios],
      embedded: values.embedded,
    }
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`)
    process.exit(1)
  }
}

function count(text: string | undefined, fallback: number): number {
  const number = text === undefined ? fallback : Number(text)
  if (!Number.isInteger(number) || number < 1) throw new Error(`"${text}" is not a count`)
  return number
}

function scenario(text: string): Scenario {
  const found = scenarios.find((name) => name === text)
  if (!found) throw new Error(`"${text}" is not one of ${scenarios.join(', ')}`)
  return found
}
