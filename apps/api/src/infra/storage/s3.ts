import { S3mini } from 's3mini'
import type { StorageConfig } from '../../config/config.ts'
import type { FileStorage } from './storage.ts'

/** Files in a bucket with the S3 protocol, such as AWS, Alibaba Cloud OSS, Tencent Cloud COS or MinIO. */
export function createS3Storage(
  { bucketUrl, region, accessKeyId, secretAccessKey }: Exclude<StorageConfig, { folder: string }>,
  { timeoutMs }: { timeoutMs: number },
): FileStorage {
  const bucket = new S3mini({
    endpoint: bucketUrl,
    region,
    accessKeyId,
    secretAccessKey,
    requestAbortTimeout: timeoutMs,
  })
  return {
    async put(key, content, contentType) {
      await bucket.putObject(key, content, contentType)
    },
    async get(key) {
      const content = await bucket.getObjectArrayBuffer(key)
      return content === null ? null : Buffer.from(content)
    },
    async delete(key) {
      await bucket.deleteObject(key)
    },
  }
}
