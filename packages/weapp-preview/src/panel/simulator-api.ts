export type SimulatorUser = { id: string; name: string }

/** The control API of the WeChat simulator, as far as the panel needs it. Each function rejects on an error status. */
export const simulatorApi = {
  users: async () => ((await send('GET', 'people')) as { people: SimulatorUser[] }).people,
  fault: async () => ((await send('GET', 'fault')) as { fault: string | null }).fault,
  setFault: (fault: string) => send('PUT', 'fault', { fault }),
  clearFault: () => send('DELETE', 'fault'),
  expireSessionKey: (appId: string, user: string) =>
    send('POST', 'expire-session-key', { appId, person: user }),
}

async function send(method: string, path: string, body?: object): Promise<unknown> {
  const json = body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(`/__simulator/${path}`, { method, ...json })
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}
