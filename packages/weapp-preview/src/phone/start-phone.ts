import { pagesOfApp } from '../common/app-pages.ts'
import type { Bundle } from '../common/bundle.ts'
import { registerComponents } from '../components/register-components.ts'
import { createAppEvents } from '../runtime/app-events.ts'
import { type AppService, createAppService } from '../runtime/app-service.ts'
import { createCallLog, tellFrame } from '../runtime/call-log.ts'
import { catchErrors } from '../runtime/catch-errors.ts'
import { createDataLog } from '../runtime/data-log.ts'
import { createEngine } from '../runtime/engine.ts'
import { imageUrl } from '../runtime/image-url.ts'
import { createPageOpener } from '../runtime/open-page.ts'
import { readPageConfig } from '../runtime/page-config.ts'
import { createRouter, type Router } from '../runtime/router.ts'
import { createScreen, type Screen } from '../runtime/screen.ts'
import { createPackages } from '../runtime/sub-packages.ts'
import { createTabBar, type TabBar } from '../runtime/tab-bar.ts'
import { createTemporaryFiles } from '../runtime/temporary-files.ts'
import { createTheme, type Theme } from '../runtime/theme.ts'
import { onSettingsChange, readSettings } from '../shared/settings.ts'
import { createPrivacy } from '../sheets/privacy.ts'
import { createWx } from '../wx/create-wx.ts'
import { exposeHooks } from './hooks.ts'
import { createLaunch } from './launch.ts'
import { reportVisit } from './report-visit.ts'

/** Composes the phone, and cold-starts the mini program in it. */
export function startPhone(bundle: Bundle): void {
  tellFrame({ source: 'weapp-preview', started: bundle.version })
  const routes = pagesOfApp(bundle.configs.app)
  const log = createCallLog()
  const theme = createTheme(bundle)
  const screen = createScreen(() => router.reLaunch(`/${routes[0]}`))
  const launch = createLaunch(routes)
  const packages = createPackages(bundle.configs.app, launch.options.path)
  const events = createAppEvents(theme, log)
  const report = catchErrors({ log, events, app: () => logic.app() })

  const pageWindow = () => (router.current()?.view.window ?? document.body).getBoundingClientRect()
  const engine = createEngine(bundle, pageWindow)
  const router: Router = createRouter({
    routes,
    tabs: tabRoutes(bundle),
    packages,
    open: createPageOpener({
      bundle,
      engine,
      theme,
      container: screen.pages,
      enter: (route) => logic.enter(route),
      report,
      actions: {
        back: () => void router.navigateBack(),
        home: () => void router.reLaunch(`/${routes[0]}`),
      },
    }),
  })
  const tabBar = createTabBar(bundle, theme, screen.bottom, (item, index) => {
    router.switchTab(`/${item.pagePath}`).then(() => {
      router.current()?.call('onTabItemTap', { index, pagePath: item.pagePath, text: item.text })
    }, report)
  })
  const files = createTemporaryFiles()
  const { appId } = bundle
  const appName = appNameOf(bundle)
  const privacy = createPrivacy({ overlay: screen.overlay, appId, appName })
  const localImageUrl = (source: string) =>
    files.addressOf(source) ?? imageUrl(source, router.current()?.route ?? '', bundle.origins)
  const wx = createWx({
    bundle,
    router,
    tabBar,
    theme,
    screen,
    log,
    events,
    files,
    privacy,
    imageUrl: localImageUrl,
    launchOptions: launch.options,
    restart: launch.restart,
  })
  // Before the scripts' world is made, so that it is hidden from them like everything else on `window`.
  exposeHooks({ wx, app: () => logic.app(), router, log, data: createDataLog() })
  const logic: AppService = createAppService({
    bundle,
    codeSpace: engine.codeSpace,
    wx,
    packages,
    pages: router.pages,
  })

  registerComponents(engine.codeSpace, bundle.tags, ownComponents(bundle), {
    router,
    log,
    imageUrl: localImageUrl,
    files,
    overlay: screen.overlay,
    privacy,
    appId,
    appName,
  })
  keepInStep({ bundle, router, theme, screen, tabBar })
  // First of all: a build that cannot start is followed by one that can.
  launch.reloadOnNewBuild(router)
  try {
    logic.start()
    launch.start({ logic, router, events, report })
    reportVisit(bundle.appId, readSettings().user)
  } catch (error) {
    report(error)
  }
}

type Drawn = { bundle: Bundle; router: Router; theme: Theme; screen: Screen; tabBar: TabBar }

/** What is drawn around the pages follows the page that is seen, the theme and the settings. */
function keepInStep({ bundle, router, theme, screen, tabBar }: Drawn): void {
  router.onChange(() => {
    const page = router.current()
    if (!page) return
    tabBar.show(page.route)
    screen.setTextStyle(page.view.colors().text)
    document.title = page.view.title() || '小程序'
  })
  theme.onChange(() => {
    for (const { route, view } of router.alive()) {
      const config = readPageConfig(bundle, theme, route)
      view.setColors({ background: config.navigationBackground, text: config.navigationTextStyle })
      view.setBackground(config.background)
    }
    router.refresh()
  })
  screen.setNetwork(readSettings().network)
  onSettingsChange(({ network }) => screen.setNetwork(network))
}

/** WeChat's console knows the name; of the build, the title of the window comes nearest to it. */
function appNameOf({ configs }: Bundle): string {
  const { navigationBarTitleText } = (configs.app?.window ?? {}) as { navigationBarTitleText?: string }
  return navigationBarTitleText || '小程序'
}

function tabRoutes(bundle: Bundle): string[] {
  const { list = [] } = (bundle.configs.app?.tabBar ?? {}) as { list?: { pagePath: string }[] }
  return list.map(({ pagePath }) => pagePath)
}

/** Tags that the mini program defines itself. */
function ownComponents(bundle: Bundle): Set<string> {
  return new Set(
    Object.values(bundle.configs).flatMap((config) => Object.keys((config.usingComponents as object) ?? {})),
  )
}
