/** The imitated paths of WeChat: each can fail on demand, and its calls are counted. */
export const wechatPaths = [
  '/sns/jscode2session',
  '/cgi-bin/token',
  '/cgi-bin/stable_token',
  '/wxa/checksession',
  '/wxa/resetusersessionkey',
  '/wxa/business/getuserphonenumber',
  '/wxa/msg_sec_check',
  '/wxa/media_check_async',
] as const

export type WechatPath = (typeof wechatPaths)[number]

export const isWechatPath = (path: string): path is WechatPath =>
  (wechatPaths as readonly string[]).includes(path)
