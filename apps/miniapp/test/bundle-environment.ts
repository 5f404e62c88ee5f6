import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

const repository = new URL('../../../', import.meta.url)

/** The APIs that the bundle of these tests talks to. */
export const bundledApis = {
  release: 'https://api.example.test',
  trial: 'https://trial.example.test',
  develop: 'http://192.168.1.20:3000',
}

/** By these variables they are told to a build; a slash at the end is nothing. */
export const apiVariables = {
  PUBLIC_URL: `${bundledApis.release}/`,
  TRIAL_API_URL: bundledApis.trial,
  DEVELOP_API_URL: bundledApis.develop,
}

/** What a build may know, or needs to run at all. */
const harmless = new Set([
  'CI',
  'MINIAPP_OUTPUT',
  'NODE_ENV',
  'NODE_OPTIONS',
  'PHONE_BUTTON',
  'PHONE_BUTTON_PLACE',
  ...Object.keys(apiVariables),
])

/**
 * The environment of the build: every variable of the project. Each has a unique
 * value, so that a bundle that contains one has leaked it.
 */
export const environment: Readonly<Record<string, string>> = Object.fromEntries(
  [...variablesOfTheProject(), 'MINIAPP_APP_ID', 'WECHAT_UPLOAD_KEY_FILE']
    .filter((name) => !harmless.has(name))
    .map((name) => [name, `value-of-${name}`]),
)

/** What `pnpm dev` puts into the environment; a build on the same machine may meet the same values. */
export const developmentVariables: Readonly<Record<string, string>> = parseEnv(
  readFileSync(new URL('.env.development', repository), 'utf8'),
) as Record<string, string>

function variablesOfTheProject(): string[] {
  const turbo = JSON.parse(readFileSync(new URL('turbo.json', repository), 'utf8')) as {
    globalPassThroughEnv: string[]
  }
  return turbo.globalPassThroughEnv
}
