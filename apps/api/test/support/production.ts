import { randomBytes } from 'node:crypto'
import { newKey } from './keys.ts'

const hex = (bytes: number) => randomBytes(bytes).toString('hex')

/** A mini program as WeChat names them, with secrets that no file contains. */
export const newApp = () => ({ appId: `wx${hex(8)}`, secret: hex(16) })

/** What WeChat signs and encrypts its messages with. */
export const newPush = () => ({
  token: hex(16),
  encodingAesKey: randomBytes(33).toString('base64').replace(/[+/]/g, 'a').slice(0, 43),
})

/** All that production needs, made anew. */
export const productionVariables = () => ({
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://api.example.com',
  DATABASE_URL: 'postgresql://api@db.internal/api',
  WECHAT_APPS: JSON.stringify([newApp()]),
  ACCESS_TOKEN_KEYS: newKey('k1'),
  REFRESH_TOKEN_KEYS: newKey('k1'),
  DATA_KEYS: newKey('k1'),
})
