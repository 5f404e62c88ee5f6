import { parseAddress } from '../runtime/address.ts'
import type { AppEvents } from '../runtime/app-events.ts'
import type { AppService } from '../runtime/app-service.ts'
import type { Router } from '../runtime/router.ts'
import { reloadOnNewBuild } from './live-reload.ts'

export type Launch = {
  /** What `wx.getLaunchOptionsSync` returns. */
  options: {
    path: string
    query: Record<string, string>
    scene: number
    shareTicket: string
    referrerInfo: object
  }
  start(parts: LaunchParts): void
  /** Restarts after an update, without `update` in the URL. */
  restart(): void
  /** Restarts on the same page with every new build. */
  reloadOnNewBuild(router: Router): void
}

type LaunchParts = { logic: AppService; router: Router; events: AppEvents; report: (error: unknown) => void }

const reopenKey = 'weapp-preview:reopen'

/**
 * A cold start. It opens the page of the URL (`/phone?path=pages/me/index`), else the one that was open before
 * the build changed, else the first one of app.json.
 */
export function createLaunch(routes: readonly string[]): Launch {
  const { route, query } = parseAddress(`/${firstPage(routes)}`, '')
  const options = { path: route, query, scene: 1001, shareTicket: '', referrerInfo: {} }

  return {
    options,
    start({ logic, router, events, report }) {
      const callApp = (name: string, value: unknown) => {
        try {
          const handler = logic.app()[name]
          if (typeof handler === 'function') handler.call(logic.app(), value)
        } catch (error) {
          report(error)
        }
      }
      callApp('onLaunch', options)
      callApp('onShow', options)
      router.reLaunch(`/${addressOf(route, query)}`).catch(report)

      document.addEventListener('visibilitychange', () => {
        const page = router.current()
        if (document.hidden) {
          page?.call('onHide')
          callApp('onHide', options)
          events.emit('AppHide', options)
        } else {
          callApp('onShow', options)
          events.emit('AppShow', options)
          page?.call('onShow')
        }
      })
    },
    restart() {
      const address = new URL(location.href)
      address.searchParams.delete('update')
      location.replace(address)
    },
    reloadOnNewBuild(router) {
      reloadOnNewBuild(() => {
        const page = router.current()
        if (page) sessionStorage.setItem(reopenKey, addressOf(page.route, page.query))
        location.reload()
      })
    },
  }
}

function firstPage(routes: readonly string[]): string {
  const wanted = new URLSearchParams(location.search).get('path') ?? sessionStorage.getItem(reopenKey) ?? ''
  sessionStorage.removeItem(reopenKey)
  return routes.includes(parseAddress(`/${wanted}`, '').route) ? wanted : (routes[0] ?? '')
}

function addressOf(route: string, query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${value}`)
  return pairs.length === 0 ? route : `${route}?${pairs.join('&')}`
}
