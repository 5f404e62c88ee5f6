export type SimulatorPerson = { id: string; name: string }

/** The simulator's control endpoints, as far as the panel needs them. Each rejects when the simulator refuses. */
export const simulator = {
  people: async () => ((await send('GET', 'people')) as { people: SimulatorPerson[] }).people,
  fault: async () => ((await send('GET', 'fault')) as { fault: string | null }).fault,
  setFault: (fault: string) => send('PUT', 'fault', { fault }),
  clearFault: () => send('DELETE', 'fault'),
  expireSessionKey: (appId: string, person: string) => send('POST', 'expire-session-key', { appId, person }),
}

async function send(method: string, path: string, body?: object): Promise<unknown> {
  const json = body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(`/__simulator/${path}`, { method, ...json })
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}
