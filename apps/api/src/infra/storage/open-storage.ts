import type { StorageConfig } from '../../config/config.ts'
import { ApiError } from '../../utils/api-error.ts'
import { SafeError } from '../../utils/safe-error.ts'
import { withTimeout } from '../../utils/with-timeout.ts'
import { createLocalStorage } from './local.ts'
import type { FileStorage } from './storage.ts'

/** The limit of one operation with all its retries. */
const timeoutMs = 5000

/**
 * The configured storage. Every operation throws ApiError `storage_unavailable` when it fails or takes longer than five
 * seconds.
 */
export async function openStorage(config: StorageConfig): Promise<FileStorage> {
  return withTimeouts('folder' in config ? createLocalStorage(config.folder) : await openS3Storage(config))
}

/** The client library is loaded only where it is used. */
async function openS3Storage(config: Exclude<StorageConfig, { folder: string }>): Promise<FileStorage> {
  const { createS3Storage } = await import('./s3.ts')
  return createS3Storage(config, { timeoutMs })
}

function withTimeouts(storage: FileStorage): FileStorage {
  const onTimeout = () => new SafeError(`the storage did not respond within ${timeoutMs} ms`)
  async function inTime<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await withTimeout(work, timeoutMs, onTimeout)
    } catch (cause) {
      throw new ApiError('storage_unavailable', { cause })
    }
  }
  return {
    put: (key, content, contentType) => inTime(storage.put(key, content, contentType)),
    get: (key) => inTime(storage.get(key)),
    delete: (key) => inTime(storage.delete(key)),
  }
}
