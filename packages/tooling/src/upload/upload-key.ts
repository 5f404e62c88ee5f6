import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'

const name = 'WECHAT_UPLOAD_KEY_FILE'
const whereToGetIt = 'get the upload key at mp.weixin.qq.com, 开发管理 > 开发设置 > 小程序代码上传'

/** The absolute path of the upload key, empty if none is set. A relative path starts at the repository's root. */
export function keyFileOf(folder: string, variables: Record<string, string | undefined>): string {
  return variables[name] ? resolve(folder, variables[name]) : ''
}

/** Returns what is wrong with the key, and never its content. */
export function keyIssues(keyFile: string, appId: string): string[] {
  if (!keyFile) return [`${name} is not set: ${whereToGetIt}, and set it to the path of that file`]
  // WeChat names the key file after its mini program.
  const owner = /^private\.(wx[0-9a-f]{16})\.key$/.exec(basename(keyFile))?.[1]
  if (owner && appId && owner !== appId) {
    return [`${name} is the key of ${owner}, but the AppID is ${appId}: set both to the same mini program`]
  }
  let text: string
  try {
    text = readFileSync(keyFile, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return [`${name} names ${keyFile}, which cannot be read (${code}): ${whereToGetIt}`]
  }
  return isRsaKey(text)
    ? []
    : [`${name} names ${keyFile}, which is not an RSA private key in PEM format: ${whereToGetIt}`]
}

function isRsaKey(text: string): boolean {
  try {
    return createPrivateKey(text).asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}
