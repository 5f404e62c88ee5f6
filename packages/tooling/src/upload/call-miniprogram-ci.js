// Runs miniprogram-ci in its own process, since it writes to the console and leaves rejections unhandled.
import { createRequire } from 'node:module'

// The call below rejects with the same error.
process.on('unhandledRejection', () => {})

process.once('message', async (/** @type {any} */ { packageFolder, action, project, options }) => {
  sendOutcome(
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
function sendOutcome(outcome) {
  // Child processes of miniprogram-ci may keep this process alive.
  process.send?.(outcome, () => process.exit())
}
