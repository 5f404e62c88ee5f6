/** What says for which mini program WeChat made some data, and when; `null` when the data carry none. */
export function readWatermark(data: unknown): { appId: string; madeAt: Date } | null {
  const { watermark } = (data ?? {}) as Record<string, unknown>
  const { appid, timestamp } = (watermark ?? {}) as Record<string, unknown>
  if (typeof appid !== 'string' || typeof timestamp !== 'number') return null
  return { appId: appid, madeAt: new Date(timestamp * 1000) }
}
