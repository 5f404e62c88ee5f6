// `pnpm dev`. Plain, old JavaScript, so that an outdated Node can still parse it and print the message.
import { readFileSync } from 'node:fs'

const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

if (isSupported(process.versions.node, engines.node)) await start()
else {
  const versions = engines.node
    .split(' || ')
    .map((/** @type {string} */ range) => range.replace(/^\^|^>=/, ''))
  console.error(
    `Node ${process.versions.node} cannot run this: install Node ${versions.join(' or later, or ')} or later, from https://nodejs.org`,
  )
  process.exitCode = 1
}

async function start() {
  const { register } = await import('tsx/esm/api')
  register()
  const { dev } = await import('./src/dev/main.ts')
  process.exit(await dev(process.cwd()))
}

/**
 * @param {string} version for example 20.19.0
 * @param {string} ranges of `engines` in package.json, each `^x.y.z` or `>=x.y.z`
 */
function isSupported(version, ranges) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return ranges.split(' || ').some((range) => {
    const [wantedMajor = 0, wantedMinor = 0] = range
      .replace(/^\^|^>=/, '')
      .split('.')
      .map(Number)
    if (major === wantedMajor) return minor >= wantedMinor
    return range.startsWith('>=') && major > wantedMajor
  })
}
