import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@repo/tooling/free-port'
import { inject } from 'vitest'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The production build of the API; absent, its processes are started from the source. */
    builtServer: string | undefined
  }
}

const apiFolder = join(import.meta.dirname, '../..')

/** The API as a process of its own. */
export type ApiProcess = {
  url: string
  child: ChildProcess
  output: () => string
  /** Resolves with the exit code; `null` after a signal. */
  ended: Promise<number | null>
  ready(): Promise<void>
}

/** What `node` runs: the production build where this run has made one, else the source, as `dev` does. */
export function nodeCommand(name: 'server' | 'grant-admin' | 'migrate' = 'server'): string[] {
  const built = inject('builtServer')
  if (built) return ['--enable-source-maps', join(built, `${name}.js`)]
  return ['--import', 'tsx', name === 'server' ? 'src/server.ts' : `src/cli/${name}.ts`]
}

export async function startApiProcess(
  variables: Record<string, string>,
  { command = nodeCommand(), folder = apiFolder }: { command?: string[]; folder?: string } = {},
): Promise<ApiProcess> {
  const port = Number(variables.PORT ?? (await freePort()))
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, command, {
    cwd: folder,
    env: { PATH, HOME, PORT: String(port), ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    child,
    output: () => output,
    ended,
    async ready() {
      const deadline = Date.now() + 60_000
      while (Date.now() < deadline && child.exitCode === null) {
        if ((await fetch(`${url}/health/ready`).catch(() => null))?.status === 200) return
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      child.kill('SIGKILL')
      throw new Error(`the API did not become ready:\n${output}`)
    },
  }
}

/** A folder with an embedded database in it, which already has all migrations where the run has a template. */
export async function temporaryDatabase(): Promise<{ url: string; folder: string; remove(): Promise<void> }> {
  const { folder, remove } = await temporaryFolder()
  const template = inject('embeddedTemplates')?.migrated
  if (template) await cp(template, join(folder, 'database'), { recursive: true })
  return { url: `pglite:${folder}/database`, folder, remove }
}

export async function temporaryFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'api-process-'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
