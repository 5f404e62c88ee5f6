import { asyncApis, type Options } from '../runtime/async-api.ts'
import type { CallLog } from '../runtime/call-log.ts'
import { WxError } from '../runtime/wx-error.ts'
import { storagePrefix } from '../shared/storage-prefix.ts'

const maximumEntryBytes = 1024 * 1024
const maximumTotalBytes = 10 * 1024 * 1024

export type StorageApis = Record<string, unknown>

/** `wx.setStorage` and related functions, separate for each AppID and user, in localStorage. */
export function createStorageApis(appId: string, user: string, log: CallLog): StorageApis {
  const store = createStore(storagePrefix(appId, user))
  const keyOf = ({ key }: Options) => requireKey(key)

  const apis = asyncApis(log, {
    setStorage: (options) => {
      if (options.encrypt) throw new WxError('encrypt 未模拟 · is not imitated')
      store.write(keyOf(options), options.data)
    },
    getStorage: (options) => {
      const found = store.read(keyOf(options))
      if (!found) throw new WxError('data not found')
      return { data: found.data }
    },
    removeStorage: (options) => store.remove(keyOf(options)),
    clearStorage: () => store.clear(),
    getStorageInfo: () => store.info(),
  })

  const sync = <Result>(name: string, run: () => Result): Result => {
    try {
      return run()
    } catch (error) {
      if (error instanceof WxError) throw new Error(`${name}:fail ${error.message}`)
      throw error
    }
  }
  return {
    ...apis,
    setStorageSync: (key: unknown, data: unknown) =>
      sync('setStorageSync', () => {
        log.start('wx', `setStorageSync ${requireKey(key)}`)(true, 'ok')
        store.write(requireKey(key), data)
      }),
    getStorageSync: (key: unknown) =>
      sync('getStorageSync', () => {
        const found = store.read(requireKey(key))
        return found ? found.data : ''
      }),
    removeStorageSync: (key: unknown) =>
      sync('removeStorageSync', () => {
        log.start('wx', `removeStorageSync ${requireKey(key)}`)(true, 'ok')
        store.remove(requireKey(key))
      }),
    clearStorageSync: () => store.clear(),
    getStorageInfoSync: () => store.info(),
  }
}

function requireKey(key: unknown): string {
  if (typeof key === 'string' && key !== '') return key
  throw new WxError(`parameter error: parameter.key should be String instead of ${typeName(key)}`)
}

const typeName = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)

type Stored = { type: string; data: unknown }

function createStore(prefix: string) {
  const keys = () =>
    Object.keys(localStorage)
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length))
  const sizeOf = (key: string) => byteLength(localStorage.getItem(prefix + key) ?? '')
  const total = () => keys().reduce((sum, key) => sum + sizeOf(key), 0)

  return {
    read(key: string): { data: unknown } | undefined {
      const text = localStorage.getItem(prefix + key)
      if (text === null) return undefined
      const { type, data } = JSON.parse(text) as Stored
      return { data: type === 'Date' ? new Date(data as string) : data }
    },
    write(key: string, data: unknown): void {
      const text = JSON.stringify({ type: typeName(data), data } satisfies Stored)
      const bytes = byteLength(text)
      if (bytes > maximumEntryBytes) throw new WxError('entry size limit reached')
      if (total() - sizeOf(key) + bytes > maximumTotalBytes) throw new WxError(totalReached)
      try {
        localStorage.setItem(prefix + key, text)
      } catch {
        // The browser's own limit may be lower than WeChat's.
        throw new WxError(totalReached)
      }
    },
    remove: (key: string): void => localStorage.removeItem(prefix + key),
    clear(): void {
      for (const key of keys()) localStorage.removeItem(prefix + key)
    },
    info: () => ({
      keys: keys(),
      currentSize: Math.ceil(total() / 1024),
      limitSize: maximumTotalBytes / 1024,
    }),
  }
}

const totalReached = 'exceed storage max size 10Mb'

const byteLength = (text: string): number => new Blob([text]).size
