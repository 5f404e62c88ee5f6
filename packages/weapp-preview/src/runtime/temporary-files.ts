/** Files that live as long as the mini program runs: pictures that somebody chose. */
export type TemporaryFiles = {
  /** Keeps a file; returns its path, `http://tmp/….jpeg`. */
  add(content: Blob): string
  find(path: string): Blob | undefined
  /** Where the browser finds it; `undefined`: there is no such file. */
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
