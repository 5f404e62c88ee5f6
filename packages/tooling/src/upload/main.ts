import { buildBundle } from './build-bundle.ts'
import { fetchMiniprogramCi } from './fetch-miniprogram-ci.ts'
import { parseArgs, type UploadOptions } from './parse-args.ts'
import { releaseTextIssues } from './release-texts.ts'
import { type PackageSize, sendBundle } from './send-bundle.ts'
import { UploadError } from './upload-error.ts'

/**
 * Builds the mini program and uploads it to WeChat: `upload` as a version for trial and release, `preview` for the phone
 * that scans the QR code. Reports wrong settings before it builds or fetches anything.
 *
 * @param folder the root of the repository
 * @param args the command line: the action and its options
 * @returns the exit code
 */
export async function upload(folder: string, args: string[]): Promise<number> {
  const { options, issues } = parseArgs(folder, args)
  const isRelease = args[0] !== 'preview'
  const textIssues = await releaseTextIssues(folder)
  const blocking = isRelease ? [...issues, ...textIssues] : issues
  if (!options || blocking.length > 0) {
    for (const issue of blocking) console.error(issue)
    return 1
  }
  for (const issue of textIssues) console.warn(`Before a release: ${issue}`)
  try {
    console.log('Building the mini program …')
    const bundleFolder = await buildBundle(folder, options.addresses)
    console.log('Fetching miniprogram-ci (250 MB the first time) …')
    const packageFolder = await fetchMiniprogramCi(folder)
    console.log('Uploading to WeChat …')
    const { sizes, qrCode } = await sendBundle(options, { bundleFolder, packageFolder })
    console.log(summary(options, sizes, qrCode))
    return 0
  } catch (error) {
    if (!(error instanceof UploadError)) throw error
    console.error(error.message)
    return 1
  }
}

function summary(options: UploadOptions, sizes: PackageSize[], qrCode: string): string {
  const size = sizes
    .map(({ name, bytes }) => `${names[name] ?? name} ${Math.ceil(bytes / 1024)} KB`)
    .join(', ')
  const weight = size && ` (${size})`
  if (options.action === 'preview') {
    const whatToDo = 'Scan it with WeChat on the phone of a member of the mini program'
    return `${qrCode || 'miniprogram-ci could not draw the QR code: run the command again.'}\n${whatToDo}${weight}.`
  }
  return `Version ${options.version} of ${options.appId} is uploaded${weight}: start a trial or submit it for review at mp.weixin.qq.com, 版本管理.`
}

/** WeChat's names for all packages together and for the main package. */
const names: Record<string, string> = { __FULL__: 'all', __APP__: 'main package' }
