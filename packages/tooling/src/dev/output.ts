import { stripVTControlCharacters, styleText } from 'node:util'
import type { TaskLine } from './tasks.ts'

/** The name of each task in front of its lines. */
const labels: Record<string, string> = {
  '@repo/api#dev': 'api',
  '@repo/wechat-simulator#dev': 'wechat',
  '@repo/miniapp#dev': 'miniapp',
}

/** Noise of every run: echoed commands, turbo's cache, Taro's banner and tips. */
const noise = [
  /^\s*$/,
  /^\$ /,
  /^cache (bypass|miss|hit)\b/,
  /^\[ELIFECYCLE\]/,
  /^👽 Taro/,
  /^(Tips|Example):/,
  /^\d\. .*(NODE_ENV|docs\.taro)/,
]

/** Shown only while everything runs. */
const routine = [/^\[[\d:.]+\] (TRACE|DEBUG|INFO)\b/, /^WeChat simulator on /, /^mini program: built /]
const buildReport = /^mini program: /

/** Decides which of the tasks' output the developer sees. */
export class Output {
  /** Whether the mini program's build has reported, successful or not. */
  hasBuilt = false
  #showsRoutine = false
  readonly #held: string[] = []
  readonly #echoing = new Set<string>()

  take({ source, text, isError }: TaskLine): void {
    const plain = stripVTControlCharacters(text)
    if (buildReport.test(plain)) this.hasBuilt = true
    const label = labels[source]
    if (this.#isEcho(source, plain) || noise.some((pattern) => pattern.test(plain))) return
    if (label !== undefined) this.#show(label, text, plain)
    else if (source !== 'turbo' || isError) this.#hold(plain)
  }

  /** Routine lines are shown while everything runs, not during start and stop. */
  showRoutine(isShown: boolean): void {
    this.#showsRoutine = isShown
    this.#held.length = 0
  }

  /** Shows the stored output of a task that is silent unless it fails, and of turbo. */
  explain(task: string): void {
    if (task in labels) return
    for (const line of this.#held) console.error(line)
  }

  /** pnpm writes "$ " and the script that it runs, sometimes in two chunks. */
  #isEcho(source: string, plain: string): boolean {
    if (this.#echoing.delete(source)) return true
    if (plain.trim() !== '$') return false
    this.#echoing.add(source)
    return true
  }

  #show(label: string, text: string, plain: string): void {
    if (!this.#showsRoutine && routine.some((pattern) => pattern.test(plain))) return
    console.log(`${dim(label.padEnd(8))} ${text}`)
  }

  #hold(plain: string): void {
    this.#held.push(plain)
    if (this.#held.length > 30) this.#held.shift()
  }
}

function dim(text: string): string {
  return process.stdout.isTTY ? styleText('dim', text) : text
}
