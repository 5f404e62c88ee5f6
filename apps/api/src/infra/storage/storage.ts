/** Where files lie. Keys look like `avatars/<hash>.jpg`, and are made by us alone. */
export type FileStorage = {
  /** Resolves once the file is there for good; a file that is there already stays. */
  put(key: string, content: Buffer, contentType: string): Promise<void>
  /** `null` when there is no such file. */
  get(key: string): Promise<Buffer | null>
  /** Whether or not it was there. */
  delete(key: string): Promise<void>
}
