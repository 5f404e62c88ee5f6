import { asyncApis, type Options } from '../runtime/async-api.ts'
import type { CallLog } from '../runtime/call-log.ts'
import type { OpenPage } from '../runtime/open-page.ts'
import type { Router } from '../runtime/router.ts'
import { WxError } from '../runtime/wx-error.ts'

/** Everything that opens pages, or changes the bar above them. */
export function createNavigationApis(router: Router, log: CallLog) {
  const url = (options: Options) => String(options.url ?? '')
  return asyncApis(log, {
    navigateTo: (options) => router.navigateTo(url(options)),
    redirectTo: (options) => router.redirectTo(url(options)),
    reLaunch: (options) => router.reLaunch(url(options)),
    switchTab: (options) => router.switchTab(url(options)),
    navigateBack: (options) => router.navigateBack(options.delta as number | undefined),

    setNavigationBarTitle: ({ title }) => {
      pageOf(router).view.setTitle(String(title ?? ''))
      router.refresh()
    },
    setNavigationBarColor: ({ frontColor, backgroundColor }) => {
      if (frontColor !== '#ffffff' && frontColor !== '#000000') {
        throw new WxError(`invalid frontColor "${String(frontColor)}"`)
      }
      const text = frontColor === '#ffffff' ? 'white' : 'black'
      pageOf(router).view.setColors({ background: String(backgroundColor), text })
      router.refresh()
    },
    showNavigationBarLoading: () => pageOf(router).view.setLoading(true),
    hideNavigationBarLoading: () => pageOf(router).view.setLoading(false),
    setBackgroundColor: ({ backgroundColor }) => pageOf(router).view.setBackground(String(backgroundColor)),
    setBackgroundTextStyle: () => {},

    pageScrollTo: ({ scrollTop, selector, duration = 300 }) =>
      scrollPage(pageOf(router), { scrollTop, selector, duration }),
    startPullDownRefresh: () => {
      const page = pageOf(router)
      page.view.setRefreshing(true)
      page.call('onPullDownRefresh')
    },
    stopPullDownRefresh: () => pageOf(router).view.setRefreshing(false),
  })
}

function pageOf(router: Router): OpenPage {
  const page = router.current()
  if (!page) throw new WxError('no page is open')
  return page
}

type ScrollTarget = { scrollTop: unknown; selector: unknown; duration: unknown }

function scrollPage({ view: { scroller } }: OpenPage, { scrollTop, selector, duration }: ScrollTarget): void {
  const behavior = duration === 0 ? 'auto' : 'smooth'
  if (typeof selector === 'string') {
    const target = scroller.querySelector(selector)
    if (!target) throw new WxError(`selector "${selector}" matches nothing`)
    target.scrollIntoView({ block: 'start', behavior })
  } else scroller.scrollTo({ top: Number(scrollTop) || 0, behavior })
}
