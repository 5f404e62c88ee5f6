import { fileURLToPath } from 'node:url'
import { lockOutput } from '@repo/tooling/miniapp-output'
import { defineConfig, type UserConfigExport } from '@tarojs/cli'
import { apiUrls } from './api-urls.ts'
import { BuildReport } from './build-report.ts'
import { oneChunk } from './one-chunk.ts'
import { phoneHasOwnPage, phoneOpenType } from './phone-button.ts'

// The end-to-end test builds into a folder of its own, so that it does not disturb a running watch.
const outputRoot = process.env.MINIAPP_OUTPUT ?? 'dist'
// The empty app that ours is weighed against is built with these very options; see package-budget.ts.
const sourceRoot = process.env.MINIAPP_SOURCE ?? 'src'
const isProduction = process.env.NODE_ENV === 'production'

const lock = lockOutput(fileURLToPath(new URL('..', import.meta.url)), outputRoot)
if ('issue' in lock) {
  console.error(lock.issue)
  process.exit(1)
}
process.once('exit', lock.release)

export default defineConfig<'webpack5'>(() => {
  const config: UserConfigExport<'webpack5'> = {
    projectName: 'wechat-login',
    framework: 'react',
    compiler: { type: 'webpack5', prebundle: { enable: false } },
    sourceRoot,
    outputRoot,
    // Our style sheets are written in the px of a 375 px wide page and stay px; see `mini.postcss`.
    designWidth: 375,
    deviceRatio: { 375: 2, 750: 1 },
    // The mini program has no `process.env`: what it needs to know is written into the bundle.
    defineConstants: {
      API_URLS: JSON.stringify(apiUrls(process.env, isProduction)),
      PHONE_HAS_OWN_PAGE: JSON.stringify(phoneHasOwnPage(process.env.PHONE_BUTTON_PLACE)),
      PHONE_OPEN_TYPE: JSON.stringify(phoneOpenType(process.env.PHONE_BUTTON)),
    },
    // Taro itself finds only icons that app.json names, not those that theme.json does.
    copy: {
      patterns: ['assets', 'sitemap.json'].map((path) => ({
        from: `src/${path}`,
        to: `${outputRoot}/${path}`,
      })),
      options: {},
    },
    cache: { enable: false },
    plugins: ['accessibility.ts', 'text-fields.ts'].map((name) =>
      fileURLToPath(new URL(name, import.meta.url)),
    ),
    // How deep pages nest before Taro needs components in between; each level is 3 KB of template.
    baseLevel: 8,
    logger: { quiet: true, stats: false },
    mini: {
      // Otherwise a watch build edits node_modules/react/package.json, which is a link into pnpm's store.
      debugReact: true,
      // px, not rpx: text and tap targets keep their size on narrow phones and on tablets.
      postcss: { pxtransform: { enable: false } },
      // No `minifyXML`: it takes away `</input>`, which WeChat's compiler demands.
      // Parts of a browser's DOM that nothing here uses.
      runtime: {
        enableInnerHTML: false,
        enableAdjacentHTML: false,
        enableTemplateContent: false,
        enableCloneNode: false,
        enableContains: false,
        enableMutationObserver: false,
        enableSizeAPIs: false,
      },
      // Plugins put it into every app that is built here, the empty one too.
      compile: { include: [fileURLToPath(new URL('../src/lib', import.meta.url))] },
      // Every component's class names are its own, so the order of their style sheets means nothing.
      miniCssExtractPluginOption: { ignoreOrder: true },
      webpackChain(chain) {
        chain.merge({ target: ['web', 'es2017'] })
        // A build that fails leaves the last good one, so the preview and WeChat DevTools go on showing that.
        chain.optimization.set('emitOnErrors', false)
        const splitChunks = chain.optimization.get('splitChunks')
        const cacheGroups = { ...splitChunks.cacheGroups, common: oneChunk(`${sourceRoot}/app.config.ts`) }
        chain.optimization.splitChunks({ ...splitChunks, cacheGroups })
        chain.plugins.delete('webpackbar')
        chain.plugin('build-report').use(BuildReport)
      },
    },
  }
  return config
})
