import { createHash } from 'node:crypto'
import type { Config } from '../../config/config.ts'
import { countTry, networksOf, type Try } from '../../infra/rate-limits/attempts.ts'
import type { Counters } from '../../infra/rate-limits/counters.ts'
import { ApiError } from '../../utils/api-error.ts'
import { createQueue, type Queue } from '../../utils/concurrency-limiter.ts'
import type { DeviceTokens } from '../sessions/device-tokens.ts'

/** Where a code came from. */
export type CodeSource = { ip: string; deviceToken?: string | undefined }

/**
 * Runs the exchange of a code. Codes that WeChat does not know are counted for the IP that they come from, and keep no
 * others behind it out: where there were too many, exchanges go one at a time, but for known devices.
 *
 * @throws ApiError as the exchange; `rate_limited` when too many wait.
 */
export type GuardExchange = <Result>(
  source: CodeSource,
  code: { appId: string; code: string },
  exchange: () => Promise<Result>,
) => Promise<Result>

const windowMs = 60_000
/** What a known device may fail with before it is one of many behind its IP. */
const failuresPerDevice = 10
const lane = { atOnce: 1, maximumWaiting: 100, maximumWaitMs: 4000 }
/** WeChat's answer about a code does not change for as long as codes live. */
const rememberedMs = 5 * 60_000
const maximumRemembered = 10_000

export function createGuardExchange({
  limits: { failedLoginPerIp },
  counters,
  deviceTokens,
}: {
  limits: Pick<Config['limits'], 'failedLoginPerIp'>
  counters: Counters
  deviceTokens: DeviceTokens
}): GuardExchange {
  const failed = createFailedCodes()
  const lanes = createLanes()

  /** Counts a try everywhere that it counts. @returns the network whose exchanges go one at a time, if there is one. */
  async function count({ ip, deviceToken }: CodeSource): Promise<{ tries: Try[]; crowded: string | null }> {
    const device = deviceToken === undefined ? null : deviceTokens.read(deviceToken)
    if (device) {
      const key = `limit:failedLoginPerDevice:${device.deviceId}`
      const attempt = await countTry(counters, { key, limit: failuresPerDevice, windowMs })
      if (!attempt.isOver) return { tries: [attempt], crowded: null }
    }
    const tries: Try[] = []
    let crowded: string | null = null
    for (const { name, factor } of networksOf(ip)) {
      const key = `limit:failedLoginPerIp:${name}`
      const attempt = await countTry(counters, { key, limit: failedLoginPerIp * factor, windowMs })
      tries.push(attempt)
      if (attempt.isOver) crowded = name
    }
    return { tries, crowded }
  }

  return async (source, code, exchange) => {
    failed.refuse(code)
    const { tries, crowded } = await count(source)
    try {
      const result = await (crowded === null ? exchange() : lanes(crowded, exchange))
      await Promise.all(tries.map((attempt) => attempt.takeBack()))
      return result
    } catch (error) {
      if (isFailure(error)) failed.add(code, error)
      else await Promise.all(tries.map((attempt) => attempt.takeBack()))
      throw error
    }
  }
}

const isFailure = (error: unknown): error is ApiError =>
  error instanceof ApiError && (error.code === 'code_invalid' || error.code === 'code_used')

/** Codes that need not reach WeChat again. */
function createFailedCodes() {
  const codes = new Map<string, { code: ApiError['code']; until: number }>()
  const keyOf = ({ appId, code }: { appId: string; code: string }) =>
    createHash('sha256').update(`${appId} ${code}`).digest('base64')

  return {
    refuse(code: { appId: string; code: string }): void {
      const known = codes.get(keyOf(code))
      if (known !== undefined && known.until > performance.now()) throw new ApiError(known.code)
    },
    add(code: { appId: string; code: string }, error: ApiError): void {
      const key = keyOf(code)
      codes.delete(key)
      if (codes.size >= maximumRemembered) codes.delete(codes.keys().next().value as string)
      codes.set(key, { code: error.code, until: performance.now() + rememberedMs })
    },
  }
}

/** A queue for each network that has one. */
function createLanes() {
  const lanes = new Map<string, { queue: Queue; users: number }>()

  return async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    const used = lanes.get(name) ?? { queue: createQueue(lane), users: 0 }
    lanes.set(name, used)
    used.users += 1
    try {
      return await used.queue(work)
    } finally {
      used.users -= 1
      if (used.users === 0) lanes.delete(name)
    }
  }
}
