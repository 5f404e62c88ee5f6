import type { FastifyBaseLogger } from 'fastify'
import { ApiError } from '../../utils/api-error.ts'
import { addWechatMs } from '../../utils/request-line.ts'
import { WechatApiError } from './wechat-api-error.ts'

/** Adds the duration of a call to WeChat to the request's line, logs a failure, and returns the result with the duration. */
export async function logWechatCall<Result>(
  log: FastifyBaseLogger,
  call: () => Promise<Result>,
): Promise<{ result: Result; durationMs: number }> {
  const startedAt = performance.now()
  const wechatMs = () => Math.round((performance.now() - startedAt) * 10) / 10
  try {
    const result = await call()
    const durationMs = wechatMs()
    addWechatMs(log, durationMs)
    return { result, durationMs }
  } catch (error) {
    if (error instanceof ApiError && error.cause instanceof WechatApiError) {
      const { message: reason, errcode, rid } = error.cause
      log.warn(
        { wechatMs: wechatMs(), code: error.code, reason, errcode, rid },
        'WeChat did not exchange the code',
      )
    }
    throw error
  }
}
