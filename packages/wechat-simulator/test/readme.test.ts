import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { wechatPaths } from '../src/domain/wechat-paths.ts'
import { responseFaults } from '../src/faults/apply-fault.ts'
import { startSimulator } from './start-test-simulator.ts'

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
const documented = 'http://127.0.0.1:4100'
const tourist = { appId: 'touristappid', secret: '0'.repeat(32) }

/** Every `curl` of the README with the response in the comment below it. */
const examples = [...readme.matchAll(/^curl (.+)\n(?:# (.+)\n)?/gm)].map(([, command = '', answer = '']) => ({
  command,
  answer,
}))

/** Reads as much of curl's command line as the README uses. */
function parseCurl(command: string): [string, RequestInit] {
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
  const init: RequestInit & { headers: Record<string, string> } = { headers: {} }
  let url = ''
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-X') init.method = words.shift() ?? ''
    else if (word === '-d') init.body = words.shift() ?? ''
    else if (word === '-H')
      Object.assign(init.headers, Object.fromEntries([(words.shift() ?? '').split(': ')]))
    else if (word.startsWith(documented)) url = word
    else throw new Error(`the test does not understand ${word}`)
  }
  return [url, init]
}

/** `…` stands for anything. */
const pattern = (answer: string) =>
  new RegExp(
    `^${answer
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.+')}$`,
  )

test('every command of the README, run in order, returns the response below it', async () => {
  const simulator = await startSimulator({ apps: [tourist] })
  expect(examples.length).toBeGreaterThan(10)

  for (const { command, answer } of examples) {
    const [url, init] = parseCurl(command)
    const response = await fetch(url.replace(documented, simulator.url), init)
    expect(response.status, command).toBe(answer === '' ? 204 : 200)
    expect(await response.text(), command).toMatch(pattern(answer))
  }
})

test('the README names every path of WeChat', () => {
  for (const path of wechatPaths) expect(readme).toContain(`| \`${path}\` |`)
})

test('the README names every fault', () => {
  for (const name of Object.keys(responseFaults)) expect(readme).toContain(`| \`${name}\` |`)
})

test('the README shows every control endpoint', async () => {
  const folder = new URL('../src/control-api/', import.meta.url)
  const files = (await readdir(folder)).map((file) => readFile(new URL(file, folder), 'utf8'))
  const source = (await Promise.all(files)).join('\n')
  const endpoints = [...source.matchAll(/'(GET|POST|PUT|DELETE) (\/__simulator\/[a-z-]+)'/g)]
  expect(endpoints.length).toBeGreaterThan(20)

  for (const [, method, path] of endpoints) {
    const curl = method === 'GET' ? `curl ${documented}${path}\n` : `curl -X ${method} ${documented}${path}`
    expect(readme).toContain(curl)
  }
})
