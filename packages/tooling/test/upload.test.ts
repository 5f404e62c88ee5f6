import { generateKeyPairSync } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { endProcess, stillRunning } from '../src/dev/processes.ts'
import type { UploadOptions } from '../src/upload/parse-args.ts'
import { sendBundle } from '../src/upload/send-bundle.ts'
import { appId, standInRelease, throwing } from './support/stand-in-release.ts'

const other = 'wxffffffffffffffff'

async function release(parts?: Parameters<typeof standInRelease>[0]) {
  const standIn = await standInRelease(parts)
  onTestFinished(standIn.remove)
  return standIn
}

describe('pnpm upload', () => {
  it('builds with the addresses and uploads that bundle', async () => {
    const { upload, variables, read, path, folder } = await release()
    const { exitCode, output } = await upload(['upload', '1.2.0', '--desc', 'what is new', '--robot', '7'], {
      ...variables,
      TRIAL_API_URL: 'https://trial.example.com',
      DEVELOP_API_URL: 'http://192.168.1.5:3000',
    })
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 })
    expect(output).toMatch(
      /Version 1\.2\.0 of wx0123456789abcdef is uploaded \(all 337 KB, main package 337 KB\)/,
    )
    expect(await read('apps/miniapp/dist-release/built.json')).toMatchObject({
      arguments: ['build', '--type', 'weapp'],
      environment: {
        NODE_ENV: 'production',
        PUBLIC_URL: 'https://api.example.com',
        TRIAL_API_URL: 'https://trial.example.com',
        DEVELOP_API_URL: 'http://192.168.1.5:3000',
      },
    })
    expect(await read('fetched.json')).toMatchObject({
      arguments: ['--ignore-workspace', 'install', '--frozen-lockfile', '--ignore-scripts', '--prod'],
      folder: expect.stringContaining('packages/tooling/miniprogram-ci'),
    })
    expect(await read('call.json')).toEqual({
      name: 'upload',
      project: {
        appid: appId,
        type: 'miniProgram',
        projectPath: path('apps/miniapp/dist-release'),
        privateKeyPath: path(`private.${appId}.key`),
      },
      version: '1.2.0',
      desc: 'what is new',
      robot: 7,
      setting: { useProjectConfig: true },
    })
    expect(output).not.toContain(folder)
  })

  it("prefers the shell's variables to those of .env, and passes no others of .env on", async () => {
    const { upload, variables, read, write } = await release()
    const lines = Object.entries({
      ...variables,
      PUBLIC_URL: 'http://192.168.1.5:3000',
      TRIAL_API_URL: 'https://trial.example.com',
      DATA_KEYS: 'k1:secret',
    })
    await write('.env', lines.map(([name, value]) => `${name}=${value}`).join('\n'))
    const { exitCode } = await upload(['upload', '1.2.0'], { PUBLIC_URL: 'https://api.example.com' })
    expect(exitCode).toBe(0)
    const { environment } = await read('apps/miniapp/dist-release/built.json')
    expect(environment).toMatchObject({
      PUBLIC_URL: 'https://api.example.com',
      TRIAL_API_URL: 'https://trial.example.com',
    })
    expect(Object.keys(environment)).not.toContain('DATA_KEYS')
  })

  it('reads the AppID from project.private.config.json', async () => {
    const { upload, variables, read, write } = await release()
    await write('apps/miniapp/project.private.config.json', JSON.stringify({ appid: appId }))
    expect(await upload(['upload', '1.2.0'], { ...variables, MINIAPP_APP_ID: '' })).toMatchObject({
      exitCode: 0,
    })
    expect(await read('call.json')).toMatchObject({ project: { appid: appId } })
  })
})

describe('pnpm preview:qrcode', () => {
  it('shows the QR code without the other output of miniprogram-ci', async () => {
    const { upload, variables, read } = await release()
    const { exitCode, output } = await upload(['preview'], {
      ...variables,
      PUBLIC_URL: 'http://192.168.1.5:3000',
    })
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 })
    expect(output).toMatch(/^first row\nsecond row\nScan it with WeChat/m)
    expect(output).not.toMatch(/\[log\]|miniprogram-builder/)
    const call = await read('call.json')
    expect(call).toMatchObject({ name: 'preview', qrcodeFormat: 'terminal', robot: 1 })
    expect(call).not.toHaveProperty('version')
  })

  it('rejects an address that a phone cannot reach', async () => {
    const { upload, variables } = await release()
    for (const PUBLIC_URL of ['', 'http://127.0.0.1:3000', 'http://localhost:3000']) {
      const { exitCode, output } = await upload(['preview'], { ...variables, PUBLIC_URL })
      expect(exitCode).toBe(1)
      expect(output).toMatch(
        /^(The preview has no API|http:\S+ is the phone itself): set DEVELOP_API_URL or PUBLIC_URL[^\n]*$/,
      )
    }
  })
})

describe('pnpm upload rejects before it builds or fetches anything', () => {
  const version = '1.2.0'

  it.each([
    ['a missing version', [], /^The version is missing: pnpm upload/],
    ['an invalid version', ['v1'], /^"v1" is not a version: write it as/],
    ['an unknown option', [version, '--force'], /^usage: pnpm upload/],
    ['two versions', [version, version], /^usage: pnpm upload/],
    ['a robot that WeChat does not have', [version, '--robot', '31'], /^--robot must be a number/],
  ])('%s', async (_what, args, line) => {
    await expectRejection(args, {}, line)
  })

  const keyFile = 'WECHAT_UPLOAD_KEY_FILE'
  it.each([
    ['a missing AppID', 'MINIAPP_APP_ID', '', /^"touristappid" is not an AppID: put yours .* MINIAPP_APP_ID/],
    ['an invalid AppID', 'MINIAPP_APP_ID', 'wx1', /^"wx1" is not an AppID: put yours into/],
    ['a missing key', keyFile, '', /^WECHAT_UPLOAD_KEY_FILE is not set: get the upload key at/],
    [
      'a key file that does not exist',
      keyFile,
      'gone.key',
      /gone\.key, which cannot be read \(ENOENT\): get/,
    ],
    ['a folder as the key file', keyFile, 'apps', /apps, which cannot be read \(EISDIR\): get/],
    [
      'the key of another mini program',
      keyFile,
      `private.${other}.key`,
      /is the key of wxf+, but the AppID is/,
    ],
    [
      'a missing address of the release',
      'PUBLIC_URL',
      '',
      /^PUBLIC_URL is not set: set it to the https address/,
    ],
    [
      'an address without TLS',
      'PUBLIC_URL',
      'http://api.example.com',
      /^PUBLIC_URL is http:.*set it to the https/,
    ],
    ['an address of this computer', 'PUBLIC_URL', 'https://localhost', /^PUBLIC_URL .*a release cannot call/],
    ['an IP as the address', 'PUBLIC_URL', 'https://203.0.113.7', /^PUBLIC_URL .*a release cannot call/],
    ['an invalid address', 'TRIAL_API_URL', 'trial.example.com', /^TRIAL_API_URL must begin with http/],
  ])('%s', async (_what, name, value, line) => {
    await expectRejection([version], { [name]: value }, line)
  })

  async function expectRejection(args: string[], changed: Record<string, string>, line: RegExp) {
    const { upload, variables, exists } = await release()
    const { exitCode, output } = await upload(['upload', ...args], { ...variables, ...changed })
    expect(exitCode).toBe(1)
    expect(output).toMatch(line)
    expect(output).not.toContain('\n')
    expect(await exists('fetched.json')).toBe(false)
    expect(await exists('apps/miniapp/dist-release/built.json')).toBe(false)
  }

  it('a file that is not a key, without showing its content', async () => {
    const { upload, variables, write } = await release()
    const { privateKey } = generateKeyPairSync('ed25519')
    const wrongKind = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    for (const text of ['a secret word', wrongKind]) {
      await write('other.key', text)
      const { exitCode, output } = await upload(['upload', version], {
        ...variables,
        WECHAT_UPLOAD_KEY_FILE: 'other.key',
      })
      expect(exitCode).toBe(1)
      expect(output).toMatch(
        /^WECHAT_UPLOAD_KEY_FILE names [^\n]*other\.key, which is not an RSA private key[^\n]*$/,
      )
      expect(output).not.toContain(text.split('\n').at(-2) ?? text)
      expect(output).not.toContain('secret word')
    }
  })

  it('project files that are not JSON', async () => {
    const { upload, variables, write } = await release()
    await write('apps/miniapp/project.private.config.json', '{"appid":')
    const { exitCode, output } = await upload(['upload', version], { ...variables, MINIAPP_APP_ID: '' })
    expect({ exitCode, output }).toEqual({
      exitCode: 1,
      output: expect.stringMatching(
        /^apps\/miniapp\/project\.private\.config\.json is not valid JSON[^\n]*$/,
      ),
    })
  })

  it('several of them at once, with one line each', async () => {
    const { upload } = await release()
    const { exitCode, output } = await upload(['upload'])
    expect(exitCode).toBe(1)
    expect(output.split('\n')).toHaveLength(4)
  })
})

describe('pnpm upload prints one line that says what to do when', () => {
  it.each([
    [
      'the IP is not on the allow-list',
      20003,
      'Error: {"errCode":-10008,"errMsg":"invalid ip: 203.0.113.9, reference: https://developers.weixin.qq.com/miniprogram/dev/devtools/ci.html"}',
      /^WeChat rejects uploads from the IP 203\.0\.113\.9: add it to the IP allow-list/,
    ],
    [
      'an IPv6 address is not on the allow-list',
      20003,
      'Error: {"errCode":-10008,"errMsg":"invalid ip: 2001:db8::e6a"}',
      /^WeChat rejects uploads from the IP 2001:db8::e6a: add/,
    ],
    [
      'the key belongs to another mini program',
      20003,
      'Error: {"errCode":-1,"errMsg":"get new ticket fail: innerCode: -80002"}',
      /^WeChat rejects the key \S+\.key for wx0123456789abcdef: use the key/,
    ],
    ['the key cannot sign', 20002, 'generate local failure', /^WeChat rejects the key \S+\.key for/],
    [
      'WeChat cannot be reached',
      20001,
      'Error: getaddrinfo ENOTFOUND servicewechat.com',
      /^servicewechat\.com cannot be reached \(ENOTFOUND\): check the network/,
    ],
    [
      'WeChat rejects the upload for an unknown reason',
      20003,
      'Error: {"errCode":-1,\n"errMsg":"system busy"}',
      /^WeChat rejected the upload \(20003\): Error: \{"errCode":-1, "errMsg":"system busy"\}/,
    ],
  ])('%s', async (_what, code, message, line) => {
    const { upload, variables } = await release({ miniprogramCi: throwing(code, message) })
    const { exitCode, output } = await upload(['upload', '1.2.0'], variables)
    expect(exitCode).toBe(1)
    const lines = output.split('\n')
    expect(lines.at(-1)).toMatch(line)
    expect(lines).toHaveLength(4)
  })

  it('the error of WeChat contains the key, which it hides', async () => {
    const { upload, variables, key, write } = await release()
    await write('installs.js', throwing(20003, `no good: ${key}`))
    const { exitCode, output } = await upload(['upload', '1.2.0'], variables)
    expect(exitCode).toBe(1)
    expect(output).toContain('no good: …')
    for (const line of key.trim().split('\n')) expect(output).not.toContain(line)
  })

  it('miniprogram-ci crashes', async () => {
    const { upload, variables } = await release({ miniprogramCi: 'process.exit(3)' })
    const { exitCode, output } = await upload(['upload', '1.2.0'], variables)
    expect({ exitCode, output }).toEqual({
      exitCode: 1,
      output: expect.stringMatching(/\nminiprogram-ci ended without a message: [^\n]*$/),
    })
  })

  it('the build fails, with the reason, and uploads no earlier build', async () => {
    const { upload, variables, write, exists } = await release({ taro: `console.error('no such page')` })
    await write('apps/miniapp/dist-release/app.json', '{"of":"yesterday"}')
    const { exitCode, output } = await upload(['upload', '1.2.0'], variables)
    expect(exitCode).toBe(1)
    expect(output).toMatch(/no such page\nThe build of the mini program failed, see above: [^\n]*$/)
    expect(await exists('call.json')).toBe(false)
  })

  it('miniprogram-ci cannot be fetched, with the reason', async () => {
    const pnpm = `#!/bin/sh\necho 'the registry is away'; exit 1`
    const { upload, variables } = await release({ pnpm })
    const { exitCode, output } = await upload(['upload', '1.2.0'], variables)
    expect(exitCode).toBe(1)
    expect(output).toMatch(/the registry is away\nminiprogram-ci could not be fetched, see above: [^\n]*$/)
  })

  it('pnpm is missing', async () => {
    const { upload, variables, path } = await release()
    await rm(path('bin/pnpm'))
    const { exitCode, output } = await upload(['upload', '1.2.0'], { ...variables, PATH: path('bin') })
    expect(exitCode).toBe(1)
    expect(output).toMatch(/\npnpm is not on the PATH: [^\n]*$/)
  })

  it('WeChat never responds, and leaves no process', async () => {
    const hanging = `
      const { spawn } = require('node:child_process')
      const { pid } = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1_000)'], { stdio: 'ignore' })
      require('node:fs').writeFileSync(__dirname + '/pids.json', JSON.stringify([process.pid, pid]))
      exports.Project = class {}
      exports.upload = () => new Promise(() => {})`
    const { path, write, read } = await release()
    const installed = 'packages/tooling/miniprogram-ci/node_modules/miniprogram-ci'
    await write(`${installed}/index.js`, hanging)
    const order = {
      action: 'upload',
      appId,
      keyFile: '',
      version: '1.2.0',
      description: '',
      robot: 1,
    } as UploadOptions
    const folders = { bundleFolder: path('.'), packageFolder: path('packages/tooling/miniprogram-ci') }
    const sending = sendBundle(order, folders, { timeoutMs: 2_000 })
    await expect(sending).rejects.toThrow('WeChat did not respond within 2 seconds')
    const pids = await read(`${installed}/pids.json`)
    onTestFinished(() => pids.forEach((pid: number) => void endProcess(pid, 'SIGKILL')))
    await expect.poll(() => stillRunning(pids)).toEqual([])
  })
})
