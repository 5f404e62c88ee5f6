import type { FastifyBaseLogger } from 'fastify'

type LineFields = { wechatMs?: number; userId?: string; appId?: string; isNewUser?: boolean }

const fieldsOfRequests = new WeakMap<FastifyBaseLogger, LineFields>()

/** Adds fields to the one line that is logged at the end of a request: a line of its own costs a system call. */
export function addToRequestLine(log: FastifyBaseLogger, fields: LineFields): void {
  fieldsOfRequests.set(log, { ...fieldsOfRequests.get(log), ...fields })
}

/** Adds the duration of a call to WeChat to those of the same request before. */
export function addWechatMs(log: FastifyBaseLogger, wechatMs: number): void {
  const before = fieldsOfRequests.get(log)?.wechatMs ?? 0
  addToRequestLine(log, { wechatMs: Math.round((before + wechatMs) * 10) / 10 })
}

/** @param log of the request. */
export const requestLineFields = (log: FastifyBaseLogger): LineFields | undefined => fieldsOfRequests.get(log)
