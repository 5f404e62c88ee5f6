/** Where files are stored. Only the API makes keys, such as `avatars/<hash>.jpg`. */
export type FileStorage = {
  /** Resolves once the file is durable. A file that exists already stays. */
  put(key: string, content: Buffer, contentType: string): Promise<void>
  /** `null` when there is no such file. */
  get(key: string): Promise<Buffer | null>
  /** Also resolves when there was no such file. */
  delete(key: string): Promise<void>
}
