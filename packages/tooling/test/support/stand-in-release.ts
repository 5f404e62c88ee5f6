import { generateKeyPairSync } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { run } from '../../src/upload/run.ts'
import { repository } from './project-copy.ts'

export const appId = 'wx0123456789abcdef'

const taro = `
  const { mkdirSync, writeFileSync } = require('node:fs')
  const output = process.env.MINIAPP_OUTPUT
  mkdirSync(output, { recursive: true })
  writeFileSync(output + '/app.json', '{}')
  writeFileSync(output + '/built.json', JSON.stringify({ arguments: process.argv.slice(2), environment: process.env }))`

const miniprogramCi = `
  const { writeFileSync } = require('node:fs')
  const called = (name) => async ({ onProgressUpdate, ...options }) => {
    writeFileSync(process.env.CALL_FILE, JSON.stringify({ name, ...options }))
    console.log('[miniprogram-builder] initservices CI')
    if (name === 'preview') console.log('[log] first row\\nsecond row\\n\\n[log] terminal qrcode shown above')
    return { subPackageInfo: [{ name: '__FULL__', size: 344801 }, { name: '__APP__', size: 344801 }] }
  }
  exports.Project = class { constructor(options) { Object.assign(this, options) } }
  exports.upload = called('upload')
  exports.preview = called('preview')`

/** A fake miniprogram-ci that throws, and leaves the same error as an unhandled rejection, like the real one. */
export const throwing = (code: number, message: string) => `
  exports.Project = class {}
  exports.upload = async () => {
    console.log('[error] a lot of noise')
    const error = Object.assign(new Error(${JSON.stringify(message)}), { code: ${code} })
    Promise.reject(error)
    await new Promise(setImmediate)
    throw error
  }`

const both = { zh_CN: '甲', en: 'A' }

/** What `legal.ts` exports when an operator has filled in everything. */
export const finishedLegal = {
  isSample: false,
  operator: both,
  service: both,
  agreement: { version: '2027-01-01', changes: { zh_CN: [], en: [] } },
  privacy: { version: '2027-01-01', changes: { zh_CN: [], en: [] } },
  contacts: { email: 'privacy@example.com', phone: '010-00000000', address: both },
  storage: both,
  backupDays: 30,
  recipients: [{ name: both, purpose: both, data: both, contact: 'a@example.com' }],
  profileFields: { gender: null, birthday: both },
}

export const legalSource = (legal: object) => `export const legal: object = ${JSON.stringify(legal)}\n`

/** A fake of this repository for uploads, whose build, pnpm and miniprogram-ci take no time. */
export async function standInRelease(parts: { taro?: string; pnpm?: string; miniprogramCi?: string } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'upload-command-'))
  const path = (name: string) => join(folder, name)
  const write = async (name: string, text: string) => {
    await mkdir(dirname(path(name)), { recursive: true })
    await writeFile(path(name), text)
  }
  const read = async (name: string) => JSON.parse(await readFile(path(name), 'utf8'))
  // The real folder has a package.json and a lock file, and pnpm installs the packages.
  await write('packages/tooling/miniprogram-ci/package.json', '{}')
  await write('apps/miniapp/project.config.json', '{"miniprogramRoot":"dist/","appid":"touristappid"}')
  await write('apps/miniapp/package.json', '{"type":"module"}')
  await write('apps/miniapp/src/account/legal.ts', legalSource(finishedLegal))
  await write('apps/miniapp/node_modules/@tarojs/cli/bin/taro', parts.taro ?? taro)
  await write('installs.js', parts.miniprogramCi ?? miniprogramCi)
  const pnpm = `#!/usr/bin/env node
    const { cpSync, mkdirSync, writeFileSync } = require('node:fs')
    writeFileSync('${path('fetched.json')}', JSON.stringify({ arguments: process.argv.slice(2), folder: process.cwd() }))
    mkdirSync('node_modules/miniprogram-ci', { recursive: true })
    cpSync('${path('installs.js')}', 'node_modules/miniprogram-ci/index.js')`
  await write('bin/pnpm', parts.pnpm ?? pnpm)
  await chmod(path('bin/pnpm'), 0o755)
  const key = privateKey()
  await write(`private.${appId}.key`, key)

  return {
    folder,
    key,
    path,
    read,
    write,
    exists: (name: string) =>
      readFile(path(name)).then(
        () => true,
        () => false,
      ),
    /** Valid variables for an upload. */
    variables: {
      MINIAPP_APP_ID: appId,
      WECHAT_UPLOAD_KEY_FILE: `private.${appId}.key`,
      PUBLIC_URL: 'https://api.example.com',
    },
    /** Runs the command as a developer would, with `variables` instead of the tests' environment. */
    upload(args: string[], variables: Record<string, string> = {}) {
      const env = {
        PATH: [path('bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
        HOME: process.env.HOME,
        CALL_FILE: path('call.json'),
        ...variables,
      }
      const program = join(repository, 'packages/tooling/upload.js')
      return run(process.execPath, [program, ...args], { cwd: folder, env })
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

function privateKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
}
