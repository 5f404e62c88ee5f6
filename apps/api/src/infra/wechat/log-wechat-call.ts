import type { FastifyBaseLogger } from 'fastify'
import { ApiError } from '../../utils/api-error.ts'
import { WechatFailure } from './wechat-api-error.ts'

/** Logs how long a call to WeChat took and how it ended, and passes on its result with that time, or its error. */
export async function timed<Result>(
  log: FastifyBaseLogger,
  message: string,
  call: () => Promise<Result>,
): Promise<{ result: Result; durationMs: number }> {
  const startedAt = performance.now()
  const wechatMs = () => Math.round((performance.now() - startedAt) * 10) / 10
  try {
    const result = await call()
    const durationMs = wechatMs()
    log.info({ wechatMs: durationMs }, message)
    return { result, durationMs }
  } catch (error) {
    if (error instanceof ApiError && error.cause instanceof WechatFailure) {
      const { message: reason, errcode, rid } = error.cause
      log.warn(
        { wechatMs: wechatMs(), code: error.code, reason, errcode, rid },
        'WeChat did not exchange the code',
      )
    }
    throw error
  }
}
