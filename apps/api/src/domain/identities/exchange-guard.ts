import { createHash } from 'node:crypto'
import type { Config } from '../../config/config.ts'
import { type Attempt, countAttempt, networksOf } from '../../infra/rate-limits/attempts.ts'
import type { Counters } from '../../infra/rate-limits/counters.ts'
import { ApiError } from '../../utils/api-error.ts'
import { type ConcurrencyLimiter, createConcurrencyLimiter } from '../../utils/concurrency-limiter.ts'
import type { DeviceTokens } from '../sessions/device-tokens.ts'

/** The client that sent a code. */
export type CodeSource = { ip: string; deviceToken?: string | undefined }

type AppCode = { appId: string; code: string }

export type ExchangeGuard = {
  /**
   * Runs the exchange of a code. Codes that WeChat rejects count for the client's IP without locking out other users
   * behind it: above the limit, exchanges from there run one at a time, except those of known devices.
   *
   * @throws ApiError as the exchange; `rate_limited` when too many wait.
   */
  run<Result>(source: CodeSource, code: AppCode, exchange: () => Promise<Result>): Promise<Result>
}

const windowMs = 60_000
/** Failures after which a known device counts like any client behind its IP. */
const failuresPerDevice = 10
const lane = { concurrency: 1, maximumWaiting: 100, maximumWaitMs: 4000 }
/** The lifetime of codes, during which WeChat's response about one does not change. */
const rememberMs = 5 * 60_000
const maximumRemembered = 10_000

export function createExchangeGuard({
  limits: { failedLoginPerIp },
  counters,
  deviceTokens,
}: {
  limits: Pick<Config['limits'], 'failedLoginPerIp'>
  counters: Counters
  deviceTokens: DeviceTokens
}): ExchangeGuard {
  const failedCodes = createFailedCodes()
  const lanes = createLanes()

  /** Counts an attempt. `crowded`: the network whose exchanges run one at a time, if there is one. */
  async function count({
    ip,
    deviceToken,
  }: CodeSource): Promise<{ attempts: Attempt[]; crowded: string | null }> {
    const device = deviceToken === undefined ? null : deviceTokens.read(deviceToken)
    if (device) {
      const key = `limit:failedLoginPerDevice:${device.deviceId}`
      const attempt = await countAttempt(counters, { key, limit: failuresPerDevice, windowMs })
      if (!attempt.isOverLimit) return { attempts: [attempt], crowded: null }
    }
    const attempts: Attempt[] = []
    let crowded: string | null = null
    for (const { name, factor } of networksOf(ip)) {
      const key = `limit:failedLoginPerIp:${name}`
      const attempt = await countAttempt(counters, { key, limit: failedLoginPerIp * factor, windowMs })
      attempts.push(attempt)
      if (attempt.isOverLimit) crowded = name
    }
    return { attempts, crowded }
  }

  return {
    async run(source, code, exchange) {
      failedCodes.assertNotFailed(code)
      const { attempts, crowded } = await count(source)
      try {
        const result = await (crowded === null ? exchange() : lanes(crowded, exchange))
        await Promise.all(attempts.map((attempt) => attempt.undo()))
        return result
      } catch (error) {
        if (isCodeRejected(error)) failedCodes.add(code, error)
        else await Promise.all(attempts.map((attempt) => attempt.undo()))
        throw error
      }
    },
  }
}

const isCodeRejected = (error: unknown): error is ApiError =>
  error instanceof ApiError && (error.code === 'code_invalid' || error.code === 'code_used')

/** Remembers rejected codes, which need not reach WeChat again. */
function createFailedCodes() {
  const codes = new Map<string, { code: ApiError['code']; until: number }>()
  const keyOf = ({ appId, code }: AppCode) => createHash('sha256').update(`${appId} ${code}`).digest('base64')

  return {
    assertNotFailed(code: AppCode): void {
      const known = codes.get(keyOf(code))
      if (known !== undefined && known.until > performance.now()) throw new ApiError(known.code)
    },
    add(code: AppCode, error: ApiError): void {
      const key = keyOf(code)
      codes.delete(key)
      if (codes.size >= maximumRemembered) codes.delete(codes.keys().next().value as string)
      codes.set(key, { code: error.code, until: performance.now() + rememberMs })
    },
  }
}

/** A queue for each network that has one. */
function createLanes() {
  const lanes = new Map<string, { queue: ConcurrencyLimiter; users: number }>()

  return async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    const used = lanes.get(name) ?? { queue: createConcurrencyLimiter(lane), users: 0 }
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
