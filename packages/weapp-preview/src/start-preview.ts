import { startLocalServer } from '@repo/tooling/local-http'
import { createPreview, type PreviewOptions } from './server/create-preview.ts'

export { createPreview, type Preview, type PreviewOptions } from './server/create-preview.ts'

export type StartPreviewOptions = PreviewOptions & {
  /** Default: 0, any free port. */
  port?: number
}

export type RunningPreview = {
  /** The page with phone and panel; no slash at the end. The phone alone is at `/phone`. */
  url: string
  /** Ends at once, also while a page is open. May be called again. */
  close(): Promise<void>
}

/** Runs a built weapp mini program in the browser, for this machine alone. Rejects when the port is taken. */
export async function startPreview({ port = 0, ...options }: StartPreviewOptions): Promise<RunningPreview> {
  const preview = createPreview(options)
  const server = await startLocalServer({ port, handlers: [preview.handle], name: 'The preview' })
  return {
    url: server.url,
    async close() {
      await preview.close()
      await server.close()
    },
  }
}
