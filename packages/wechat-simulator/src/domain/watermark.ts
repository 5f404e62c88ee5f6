/** The app and time of open data; in seconds, as everywhere at WeChat. */
export type Watermark = { timestamp: number; appid: string }

export const watermarkOf = (appId: string, timeMs: number): Watermark => ({
  timestamp: Math.floor(timeMs / 1000),
  appid: appId,
})
