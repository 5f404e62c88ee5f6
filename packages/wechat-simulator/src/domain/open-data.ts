import { createCipheriv, createHash } from 'node:crypto'
import type { App } from './app.ts'
import { phoneInfoOf, type User } from './users.ts'
import type { Watermark } from './watermark.ts'
import type { WechatState } from './wechat-state.ts'

/** Data that a phone receives and only the app's server can decrypt. Both fields are base64. */
export type EncryptedData = { encryptedData: string; iv: string }

/** Proves that the data is WeChat's: the SHA-1 of the data and the session_key as texts. */
export const openDataSignature = (rawData: string, sessionKey: string): string =>
  createHash('sha1').update(rawData).update(sessionKey).digest('hex')

/** AES-128-CBC under the 16 bytes that a session_key stands for. */
export function encryptOpenData(text: string, sessionKey: string, iv: Buffer): EncryptedData {
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), iv)
  const encryptedData = Buffer.concat([cipher.update(text), cipher.final()]).toString('base64')
  return { encryptedData, iv: iv.toString('base64') }
}

/** The phone number as the button returned it before it returned a code. */
export const phoneData = (user: User, watermark: Watermark): string =>
  JSON.stringify({ ...phoneInfoOf(user), watermark })

/** What `wx.getUserProfile` returns for every user since 2022. */
const anonymousProfile = {
  nickName: '微信用户',
  gender: 0,
  language: '',
  city: '',
  province: '',
  country: '',
  avatarUrl: 'https://thirdwx.qlogo.cn/mmopen/vi_32/anonymous/132',
}

/** What `wx.getUserInfo` returned until 2021. */
const profileBefore2022 = ({ id, name }: User) => ({
  nickName: name,
  gender: 1,
  language: 'zh_CN',
  city: 'Guangzhou',
  province: 'Guangdong',
  country: 'China',
  avatarUrl: `https://thirdwx.qlogo.cn/mmopen/vi_32/${encodeURIComponent(id)}/132`,
})

/** A profile as the page sees it, and as its server decrypts it. Only the old one identifies the user. */
export function profileData(
  { state, app, user, anonymous }: { state: WechatState; app: App; user: User; anonymous: boolean },
  watermark: Watermark,
): { rawData: string; plainText: string } {
  if (anonymous) {
    const rawData = JSON.stringify(anonymousProfile)
    return { rawData, plainText: JSON.stringify({ ...anonymousProfile, watermark }) }
  }
  const profile = profileBefore2022(user)
  const unionId = state.unionidOf(app, user)
  const openId = state.openidOf(app, user)
  return {
    rawData: JSON.stringify(profile),
    plainText: JSON.stringify({ openId, ...profile, ...(unionId !== undefined && { unionId }), watermark }),
  }
}
