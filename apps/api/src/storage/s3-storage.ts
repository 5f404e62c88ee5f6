import { addAbortSignal, type Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import type { StorageConfig } from '../config.ts'
import type { FileStorage } from './storage.ts'

/** Files in a bucket that speaks S3: of AWS, OSS, COS, MinIO and others. Nothing else than the configuration is asked. */
export function createS3Storage(
  {
    endpoint,
    region,
    bucket,
    accessKeyId,
    secretAccessKey,
    pathStyle,
  }: Exclude<StorageConfig, { folder: string }>,
  { timeoutMs }: { timeoutMs: number },
): FileStorage {
  const client = new S3Client({
    ...(endpoint === null ? {} : { endpoint }),
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: pathStyle,
    maxAttempts: 2,
    // Checksums of Amazon's own, in a form that OSS, COS and older servers refuse.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: timeoutMs, socketTimeout: timeoutMs },
  })
  const whole = () => ({ abortSignal: AbortSignal.timeout(timeoutMs) })

  return {
    async put(key, content, contentType) {
      const file = { Bucket: bucket, Key: key, Body: content, ContentType: contentType }
      await client.send(new PutObjectCommand(file), whole())
    },
    async get(key) {
      const options = whole()
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), options)
        // The client heeds the signal until the headers are there; a body that stops halfway would hold its connection.
        return await buffer(addAbortSignal(options.abortSignal, Body as Readable))
      } catch (error) {
        if (error instanceof NoSuchKey) return null
        throw error
      }
    },
    async delete(key) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }), whole())
    },
    close: () => client.destroy(),
  }
}
