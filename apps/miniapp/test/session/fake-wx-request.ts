type Options = { url: string; method: string; header: Record<string, string>; data?: unknown }

/** wx.request over a real network: any status is a success, and text that is no JSON stays text. */
export async function requestLikeWechat({ url, method, header, data }: Options): Promise<object> {
  const headers = { 'content-type': 'application/json', ...header }
  const init = data === undefined ? { method, headers } : { method, headers, body: JSON.stringify(data) }
  const response = await fetch(url, init).catch(() => {
    throw { errMsg: 'request:fail', errno: 600001 }
  })
  const text = await response.text()
  return { statusCode: response.status, header: Object.fromEntries(response.headers), data: parsed(text) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
