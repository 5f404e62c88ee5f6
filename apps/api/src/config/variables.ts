import { isAbsolute, resolve } from 'node:path'
import type { StorageConfig } from './config.ts'
import { parseDatabaseUrl } from './database-url.ts'
import { parseSigningKeys, type SigningKey } from './keys.ts'
import { isProxyUrl, type Key, parseAddresses, parseKeys, parseWechatApps, type WechatApp } from './values.ts'
import type { VariableName } from './variable-names.ts'

/** The configuration cannot be used. `faults` has one line per fault and never a value that may be secret. */
export class ConfigError extends Error {
  readonly faults: string[]

  constructor(faults: string[]) {
    super(faults.join('\n'))
    this.name = 'ConfigError'
    this.faults = faults
  }
}

/**
 * Reads variables one by one and gathers what is wrong with them, so that one start shows every fault. After a
 * fault a reader returns a placeholder; `throwFaults` keeps it from ever being used.
 */
export class Variables {
  readonly #values: Record<string, string | undefined>
  readonly #faults = new Map<string, string>()

  constructor(values: Record<string, string | undefined>) {
    this.#values = values
  }

  /** Only the first fault of a variable counts: what follows may stem from its placeholder. */
  fault(name: VariableName, message: string): void {
    if (!this.#faults.has(name)) this.#faults.set(name, `${name} ${message}`)
  }

  throwFaults(): void {
    if (this.#faults.size > 0) throw new ConfigError([...this.#faults.values()])
  }

  text(name: VariableName, fallback: string): string {
    return this.#values[name] || fallback
  }

  oneOf<const Word extends string>(name: VariableName, words: Word[], fallback: NoInfer<Word>): Word {
    const value = this.text(name, fallback)
    const word = words.find((candidate) => candidate === value)
    if (word === undefined) this.fault(name, `must be one of ${words.join(', ')}`)
    return word ?? fallback
  }

  integer(
    name: VariableName,
    { fallback, minimum, maximum }: { fallback: number; minimum: number; maximum: number },
  ): number {
    const value = this.text(name, String(fallback))
    const number = Number(value)
    if (/^\d+$/.test(value) && number >= minimum && number <= maximum) return number
    this.fault(name, `must be a whole number from ${minimum} to ${maximum}`)
    return fallback
  }

  /** A number of days, given as seconds. */
  days(name: VariableName, fallback: number): number {
    return this.integer(name, { fallback, minimum: 1, maximum: 3650 }) * 24 * 60 * 60
  }

  /** An http(s) URL, without a slash at its end. Required when there is no fallback. */
  httpUrl(name: VariableName, fallback?: string): string {
    const value = this.#values[name] || fallback
    if (value === undefined) this.fault(name, 'is missing: the https URL where clients reach this API')
    else if (/^https?:\/\/[^/?#]+[^?#]*$/.test(value) && URL.canParse(value)) return value.replace(/\/+$/, '')
    else this.fault(name, 'must be an http or https URL without a query, such as https://api.example.com')
    return 'http://invalid'
  }

  /** `postgresql://…` names a server, `pglite:<folder>` the embedded database. */
  database(name: VariableName): { url: string } | { folder: string } {
    const value = this.text(name, 'pglite:.data/database')
    if (/^postgres(ql)?:\/\/./.test(value)) {
      const server = parseDatabaseUrl(value)
      if (typeof server !== 'string') return server
      this.fault(name, server)
      return { folder: '' }
    }
    const folder = /^pglite:(.+)$/.exec(value)?.[1]
    if (folder) return { folder: isAbsolute(folder) ? folder : resolve(folder) }
    this.fault(name, 'must be postgresql://… or pglite:<folder>')
    return { folder: '' }
  }

  /** An http proxy, with credentials where it asks for them; `null` when absent. */
  proxyUrl(name: VariableName): string | null {
    const value = this.text(name, '')
    if (value === '' || isProxyUrl(value)) return value || null
    this.fault(
      name,
      'must be http://host:port or https://host:port, with user:password@ before the host if need be',
    )
    return null
  }

  /** `redis://…` or `rediss://…`; `null` when absent. */
  redisUrl(name: VariableName): string | null {
    const value = this.text(name, '')
    if (value === '' || (/^rediss?:\/\/./.test(value) && URL.canParse(value))) return value || null
    this.fault(name, 'must be redis://… or rediss://…')
    return null
  }

  /** How often; 0 is no limit. */
  limit(name: VariableName, fallback: number): number {
    return this.integer(name, { fallback, minimum: 0, maximum: 1_000_000_000 })
  }

  /** Where to listen besides; `null` without a port. */
  listener(hostName: VariableName, portName: VariableName): { host: string; port: number } | null {
    if (this.text(portName, '') === '') return null
    const port = this.integer(portName, { fallback: 0, minimum: 1, maximum: 65_535 })
    return { host: this.text(hostName, '127.0.0.1'), port }
  }

  /** A bucket where S3_BUCKET_URL names one, else a folder. */
  storage(): StorageConfig {
    const credentials = ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const
    const isBucket = this.text('S3_BUCKET_URL', '') !== ''
    for (const name of credentials) {
      const isSet = this.text(name, '') !== ''
      if (isBucket && !isSet) this.fault(name, 'is missing: S3_BUCKET_URL needs it')
      if (!isBucket && isSet) this.fault(name, 'is for a bucket, and S3_BUCKET_URL names none')
    }
    if (!isBucket) return { folder: resolve(this.text('STORAGE_FOLDER', 'files')) }
    const [accessKeyId, secretAccessKey] = credentials.map((name) => this.text(name, '')) as [string, string]
    const region = this.text('S3_REGION', 'us-east-1')
    return { bucketUrl: this.httpUrl('S3_BUCKET_URL'), region, accessKeyId, secretAccessKey }
  }

  addresses(name: VariableName): string[] {
    const addresses = parseAddresses(this.text(name, ''))
    if (typeof addresses !== 'string') return addresses
    this.fault(name, addresses)
    return []
  }

  keys(name: VariableName, size: { minimumBytes: number; maximumBytes?: number }): [Key, ...Key[]] {
    const value = this.#values[name]
    const keys = value
      ? parseKeys(value, size)
      : 'is missing: id:base64, such as k1:<openssl rand -base64 32>'
    if (typeof keys === 'string') this.fault(name, keys)
    return (typeof keys === 'string' ? [{ id: 'invalid', secret: Buffer.alloc(0) }] : keys) as [Key, ...Key[]]
  }

  signingKeys(name: VariableName): [SigningKey, ...SigningKey[]] {
    const value = this.#values[name]
    const keys = value
      ? parseSigningKeys(value)
      : 'is missing: id:base64, such as k1:<openssl rand -base64 32>'
    if (typeof keys === 'string') this.fault(name, keys)
    const placeholder = { id: 'invalid', algorithm: 'HS256', secret: Buffer.alloc(0) } as const
    return (typeof keys === 'string' ? [placeholder] : keys) as [SigningKey, ...SigningKey[]]
  }

  wechatApps(name: VariableName): [WechatApp, ...WechatApp[]] {
    const value = this.#values[name]
    const apps = value ? parseWechatApps(value) : 'is missing: JSON such as [{"appId":"wx…","secret":"…"}]'
    if (typeof apps === 'string') this.fault(name, apps)
    return (typeof apps === 'string' ? [{ appId: 'invalid', secret: 'invalid' }] : apps) as [
      WechatApp,
      ...WechatApp[],
    ]
  }
}
