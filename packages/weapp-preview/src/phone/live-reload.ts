/**
 * Calls back when the build differs from the one that this page shows. Only a visible page listens: a browser
 * grants six connections per host, and every tab would hold one.
 */
export function reloadOnNewBuild(onChange: () => void): void {
  const shown = document.documentElement.dataset.version
  let stream: EventSource | undefined

  const listen = () => {
    stream?.close()
    stream = undefined
    if (document.hidden) return
    stream = new EventSource('/__preview/events')
    stream.onmessage = ({ data }) => {
      if ((JSON.parse(data as string) as { version: string }).version === shown) return
      stream?.close()
      onChange()
    }
  }
  document.addEventListener('visibilitychange', listen)
  addEventListener('pagehide', () => stream?.close())
  listen()
}
