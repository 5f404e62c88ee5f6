import { parseArgs } from 'node:util'
import { type Scenario, scenarios } from './scenarios.ts'

export type Options = {
  users: number
  /** `null`: as many as the database can take. */
  manyUsers: number | null
  rounds: number
  requests: number
  warmUp: number
  concurrency: number
  scenarios: Scenario[]
  embedded: boolean
  explain: boolean
}

const usage = `pnpm bench [options]
  --users <n>        users in the database of every server                    (1000)
  --many-users <n>   users in the second database of this API                 (200000; on PGlite 20000)
  --rounds <n>       turns of every server, interleaved                       (11)
  --requests <n>     requests of one turn                                     (2000)
  --warm-up <n>      requests before the first turn, not counted              (8000)
  --concurrency <n>  connections, each with one request at a time             (32)
  --only <scenario>  ${scenarios.join(', ')}; may be repeated
  --embedded         use PGlite even where there is a PostgreSQL
  --explain          print the plans of the hot paths against many users; exits with 1 if one reads a whole table
PostgreSQL is the server that TEST_DATABASE_URL names, else one that is installed here, else PGlite.`

/** Prints the usage and ends the process on `--help` or on an invalid option. */
export function parseOptions(args: string[]): Options {
  const text = { type: 'string' } as const
  try {
    const { values } = parseArgs({
      // pnpm passes on the `--` that separates its options from ours.
      args: args.filter((arg) => arg !== '--'),
      options: {
        help: { type: 'boolean' },
        embedded: { type: 'boolean', default: false },
        explain: { type: 'boolean', default: false },
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
      explain: values.explain,
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
