// The process that miniprogram-ci runs in: it writes to the console as it likes, and leaves promises that nobody handles.
import { createRequire } from 'node:module'

// The same error comes out of the call.
process.on('unhandledRejection', () => {})

process.once('message', async (/** @type {any} */ { packageFolder, action, project, options }) => {
  answer(
    await call().then(
      (sizes) => ({ sizes }),
      ({ code, message }) => ({ failure: { code, message: String(message) } }),
    ),
  )

  async function call() {
    const ci = createRequire(`${packageFolder}/package.json`)('miniprogram-ci')
    const { subPackageInfo = [] } = await ci[action]({
      ...options,
      project: new ci.Project(project),
      onProgressUpdate() {},
    })
    return subPackageInfo.map((/** @type {any} */ { name, size }) => ({ name, bytes: size }))
  }
})

/** @param {object} outcome */
function answer(outcome) {
  // What it started may keep the process alive.
  process.send?.(outcome, () => process.exit())
}
