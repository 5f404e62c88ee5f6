/** Files that exist until the mini program restarts: images that the user chose. */
export type TemporaryFiles = {
  /** Stores a file; returns its path, `http://tmp/….jpeg`. */
  add(content: Blob): string
  find(path: string): Blob | undefined
  /** The URL at which the browser loads it; `undefined` for a missing file. */
  addressOf(path: string): string | undefined
}

/** The spelling of WeChat DevTools. On a phone it is `wxfile://tmp_…`: a mini program must not care. */
const prefix = 'http://tmp/'

const extensions: Record<string, string> = {
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/jpeg': 'jpeg',
}

export function createTemporaryFiles(): TemporaryFiles {
  const files = new Map<string, { content: Blob; address: string }>()
  return {
    add(content) {
      const name = crypto.randomUUID().replaceAll('-', '')
      const path = `${prefix}${name}.${extensions[content.type] ?? 'unknown'}`
      files.set(path, { content, address: URL.createObjectURL(content) })
      return path
    },
    find: (path) => files.get(path)?.content,
    addressOf: (path) => files.get(path)?.address,
  }
}
