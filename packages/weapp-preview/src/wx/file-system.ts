import type { Callbacks, Options } from '../runtime/async-api.ts'
import type { CallLog } from '../runtime/call-log.ts'
import type { TemporaryFiles } from '../runtime/temporary-files.ts'
import type { UserFiles } from '../runtime/user-files.ts'
import { WxError } from '../runtime/wx-error.ts'

export type Files = { user: UserFiles; temporary: TemporaryFiles }

/** Returns at once or throws a WxError; what is read of a temporary file comes later. */
type Implementation = (options: Options) => unknown

const noSuchFile = (path: string) => new WxError(`no such file or directory ${path}`, 1300002)
const denied = (path: string) => new WxError(`permission denied, open ${path}`, 1300013)

/** `wx.getFileSystemManager`, as far as writing a file, reading it and removing it goes. It knows callbacks alone. */
export function createFileSystemApi(files: Files, log: CallLog): () => Record<string, unknown> {
  const implementations: Record<string, Implementation> = {
    access: ({ path }) => requireFile(files, textOf('path', path)) && undefined,
    readFile: async ({ filePath, encoding }) => {
      const bytes = await bytesOf(requireFile(files, textOf('filePath', filePath)))
      return { data: decode(bytes, encoding) }
    },
    unlink: ({ filePath }) => remove(files.user, textOf('filePath', filePath)),
    writeFile: ({ filePath, data, encoding }) => {
      write(files.user, textOf('filePath', filePath), encode(data, encoding))
    },
  }
  const run = (name: string, options: Options) => implementations[name]?.(options)

  const manager: Record<string, unknown> = {
    accessSync: (path: unknown) => sync('accessSync', () => run('access', { path })),
    readFileSync: (filePath: unknown, encoding?: unknown) =>
      sync('readFileSync', () => {
        const content = requireFile(files, textOf('filePath', filePath))
        if (content instanceof Blob) throw new Error('readFileSync of a temporary file is not imitated')
        return decode(content, encoding)
      }),
    unlinkSync: (filePath: unknown) => sync('unlinkSync', () => run('unlink', { filePath })),
    writeFileSync: (filePath: unknown, data: unknown, encoding?: unknown) =>
      sync('writeFileSync', () => run('writeFile', { filePath, data, encoding })),
  }
  for (const name of Object.keys(implementations)) {
    manager[name] = (options: Options) => void callImplementation(name, options, run, log)
  }
  for (const name of notImitated) {
    manager[name] = () => {
      log.error(`FileSystemManager.${name} 未模拟 · is not imitated`)
      throw new Error(`FileSystemManager.${name} is not imitated by the preview; try it in WeChat DevTools`)
    }
  }
  return () => manager
}

/** What else WeChat's file system can do. */
const notImitated = [
  ...['appendFile', 'close', 'copyFile', 'fstat', 'ftruncate', 'mkdir', 'open', 'read', 'readCompressedFile'],
  ...['readdir', 'rename', 'rmdir', 'saveFile', 'stat', 'truncate', 'write'],
].flatMap((name) => [name, `${name}Sync`])
notImitated.push('getFileInfo', 'getSavedFileList', 'readZipEntry', 'removeSavedFile', 'unzip')

async function callImplementation(
  name: string,
  options: Options,
  run: (name: string, options: Options) => unknown,
  log: CallLog,
): Promise<void> {
  const { success, fail, complete }: Callbacks = options
  const finish = log.start('wx', `FileSystemManager.${name}`)
  const settle = (callback: typeof success, result: object) => {
    callback?.(result)
    complete?.(result)
  }
  // As on a phone, callbacks run after the call has returned.
  await Promise.resolve()
  try {
    const result = (await run(name, options)) as object | undefined
    finish(true, 'ok')
    settle(success, { errMsg: `${name}:ok`, ...result })
  } catch (error) {
    if (!(error instanceof WxError)) throw error
    finish(false, `fail ${error.message}`)
    settle(fail, { errMsg: `${name}:fail ${error.message}`, errno: error.errno, errCode: error.errno })
  }
}

function sync<Result>(name: string, run: () => Result): Result {
  try {
    return run()
  } catch (error) {
    if (error instanceof WxError) throw new Error(`${name}:fail ${error.message}`)
    throw error
  }
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw new WxError(`parameter error: parameter.${name} should be String instead of ${typeof value}`, 1001)
}

/** A file that the mini program has written or the user has chosen. */
export function requireFile({ user, temporary }: Files, path: string): Uint8Array<ArrayBuffer> | Blob {
  const file = user.find(path) ?? temporary.find(path)
  if (!file) throw noSuchFile(path)
  return file
}

const bytesOf = async (file: Uint8Array<ArrayBuffer> | Blob) =>
  file instanceof Blob ? new Uint8Array(await file.arrayBuffer()) : file

function write(user: UserFiles, path: string, content: Uint8Array): void {
  if (!user.owns(path)) throw denied(path)
  if (!user.write(path, content))
    throw new WxError('the maximum size of the file storage limit is exceeded', 1300202)
}

function remove(user: UserFiles, path: string): void {
  if (!user.owns(path)) throw denied(path)
  if (!user.find(path)) throw noSuchFile(path)
  user.remove(path)
}

function encode(data: unknown, encoding: unknown): Uint8Array {
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  requireUtf8(encoding ?? 'utf8')
  return new TextEncoder().encode(textOf('data', data))
}

function decode(bytes: Uint8Array<ArrayBuffer>, encoding: unknown): string | ArrayBuffer {
  if (encoding === undefined) return bytes.slice().buffer
  requireUtf8(encoding)
  return new TextDecoder().decode(bytes)
}

function requireUtf8(encoding: unknown): void {
  if (encoding === 'utf8' || encoding === 'utf-8') return
  throw new Error(`FileSystemManager: the encoding ${String(encoding)} is not imitated by the preview`)
}
