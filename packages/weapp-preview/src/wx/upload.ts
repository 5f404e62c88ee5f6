import type { NetworkCall } from '../common/network-call.ts'
import type { Options } from '../runtime/async-api.ts'
import { decodeBase64, encodeBase64 } from '../runtime/base64.ts'
import type { CallLog } from '../runtime/call-log.ts'
import type { TemporaryFiles } from '../runtime/temporary-files.ts'
import { WxError } from '../runtime/wx-error.ts'
import { headerOf, type NetworkState, pause, removeListener, startTransfer } from './network-task.ts'

type ProgressListener = (progress: {
  progress: number
  totalBytesSent: number
  totalBytesExpectedToSend: number
}) => void

/** A body is told of in this many steps, each as long as the kind of network makes it. */
const steps = 10
const stepMs: Record<string, number> = { '2g': 300, '4g': 30 }

/** What the preview's server takes in one call, less what base64 adds. */
const maximumFileBytes = 10 * 1024 * 1024

/** `wx.uploadFile`. Any status is a success, and the response stays a text. */
export function createUploadApi(log: CallLog, network: NetworkState, files: TemporaryFiles) {
  return (options: Options) => {
    const listeners = new Set<ProgressListener>()
    const task = startTransfer({
      name: 'uploadFile',
      method: 'POST',
      options,
      network,
      log,
      prepare: async (timeoutMs, signal) => {
        const file = requireFile(files, options)
        const call = await createCall(options, file, timeoutMs)
        await pretendProgress(file.size, stepMs[network.type()] ?? 0, signal, listeners)
        return call
      },
      resultOf: ({ bodyBase64 }) => ({ data: new TextDecoder().decode(decodeBase64(bodyBase64)) }),
    })
    return {
      ...task,
      onProgressUpdate: (listener: ProgressListener) => void listeners.add(listener),
      offProgressUpdate: (listener?: ProgressListener) => removeListener(listeners, listener),
    }
  }
}

function requireFile(files: TemporaryFiles, { filePath, name, url }: Options): Blob {
  for (const [key, value] of Object.entries({ url, filePath, name })) {
    if (typeof value === 'string') continue
    throw new WxError(`parameter error: parameter.${key} should be String instead of ${typeof value}`, 1001)
  }
  const file = files.find(String(filePath))
  if (!file) throw new WxError('file not found', 1300002)
  if (file.size > maximumFileBytes) throw new WxError('file is larger than 10 MB', 1300202)
  return file
}

async function createCall(options: Options, file: Blob, timeoutMs: number): Promise<NetworkCall> {
  const form = new FormData()
  for (const [name, value] of Object.entries((options.formData ?? {}) as object))
    form.append(name, String(value))
  form.append(String(options.name), file, String(options.filePath).split('/').at(-1))
  const encoded = new Response(form)
  const own = Object.entries(headerOf(options.header)).filter(
    ([name]) => name.toLowerCase() !== 'content-type',
  )
  return {
    url: String(options.url),
    method: 'POST',
    header: { ...Object.fromEntries(own), 'content-type': encoded.headers.get('content-type') ?? '' },
    timeoutMs,
    redirect: 'follow',
    bodyBase64: encodeBase64(new Uint8Array(await encoded.arrayBuffer())),
  }
}

/** The way to the preview's server takes no time, so the steps are those of the kind of network that was chosen. */
async function pretendProgress(
  totalBytes: number,
  delayMs: number,
  signal: AbortSignal,
  listeners: ReadonlySet<ProgressListener>,
): Promise<void> {
  for (let step = 1; step <= steps; step += 1) {
    await pause(delayMs, signal)
    const totalBytesSent = Math.round((totalBytes * step) / steps)
    const progress = (100 * step) / steps
    for (const listener of listeners)
      listener({ progress, totalBytesSent, totalBytesExpectedToSend: totalBytes })
  }
}
