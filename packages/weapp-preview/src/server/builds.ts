import { setTimeout as delay } from 'node:timers/promises'
import { findMissing } from '../compiler/check-complete.ts'
import { type CompileError, compileBundle } from '../compiler/compile-bundle.ts'
import { type DistListing, listDist, readDist } from '../compiler/read-dist.ts'

/** The state of the build. The version changes with what the phone shows. */
export type Build =
  | { state: 'building'; version: string }
  | { state: 'broken'; version: string; errors: readonly CompileError[] }
  | { state: 'ready'; version: string; script: string }

export type Builds = {
  /** The folder as it is now, compiled at most once per change. */
  current(): Promise<Build>
  /** Calls the listener after each change. Returns the function that unsubscribes. */
  subscribe(listener: (build: Build) => void): () => void
  close(): void
}

export type BuildsOptions = {
  dist: string
  appId: string
  origins: Readonly<Record<string, string>>
  /** Receives one line per compilation that failed. */
  log: (line: string) => void
}

const pollIntervalMs = 250
/** Build tools write many files: a folder is read when it has not changed for so long. */
const settleMs = 120
/** A folder that is incomplete for longer is an error, not a running build. */
const incompleteAfterMs = 4_000

/**
 * Follows a build's folder. It is polled, not watched: build tools remove and recreate folders, which watchers do
 * not survive, and a listing of some thirty files costs less than a millisecond.
 */
export function createBuilds(options: BuildsOptions): Builds {
  const listeners = new Set<(build: Build) => void>()
  let build: Build = { state: 'building', version: 'building' }
  let builtSignature: string | undefined
  let incomplete: { signature: string; since: number } | undefined
  let refreshing: Promise<Build> | undefined
  let timer: NodeJS.Timeout | undefined

  async function refresh(): Promise<Build> {
    const listing = await settle(options.dist)
    if (listing.signature === builtSignature) return build
    const files = await readDist(options.dist, listing).catch(() => undefined)
    if (files === undefined) return build

    const missing = findMissing(files)
    if (missing.length > 0 && isRunning(listing, files)) return build
    incomplete = undefined
    builtSignature = listing.signature
    build = missing.length > 0 ? broken(listing.signature, missing) : compile(listing.signature, files)
    if (build.state === 'broken') for (const error of build.errors) options.log(describe(error))
    for (const listener of listeners) listener(build)
    return build
  }

  /** Before app.json exists the build counts as running, however long it takes. */
  function isRunning({ signature }: DistListing, files: ReadonlyMap<string, string>): boolean {
    if (!files.has('app.json')) return true
    if (incomplete?.signature !== signature) incomplete = { signature, since: Date.now() }
    return Date.now() - incomplete.since < incompleteAfterMs
  }

  function compile(version: string, files: ReadonlyMap<string, string>): Build {
    const { appId, origins } = options
    const { script, errors } = compileBundle(files, { appId, origins, version })
    return errors.length > 0 ? broken(version, errors) : { state: 'ready', version, script }
  }

  /** One refresh at a time, shared by all callers. */
  function current(): Promise<Build> {
    refreshing ??= refresh().finally(() => {
      refreshing = undefined
    })
    return refreshing
  }

  async function poll(): Promise<void> {
    await current().catch((error: unknown) => options.log(`The preview cannot read the build: ${error}`))
  }

  function stopPolling(): void {
    clearInterval(timer)
    timer = undefined
  }

  return {
    current,
    subscribe(listener) {
      listeners.add(listener)
      timer ??= setInterval(() => void poll(), pollIntervalMs).unref()
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) stopPolling()
      }
    },
    close: stopPolling,
  }
}

const broken = (version: string, errors: readonly CompileError[]): Build => ({
  state: 'broken',
  version,
  errors,
})

/** `pages/home/index.wxml:3:14: missing expression end` */
export function describe({ path, line, column, message }: CompileError): string {
  const place = line === undefined ? path : `${path}:${line}:${column}`
  return `${place}: ${message}`
}

/** Waits until the folder no longer changes, but not forever. */
async function settle(folder: string): Promise<DistListing> {
  let listing = await listDist(folder)
  for (let attempt = 0; attempt < 20 && Date.now() - listing.changedAt < settleMs; attempt += 1) {
    await delay(settleMs)
    listing = await listDist(folder)
  }
  return listing
}
