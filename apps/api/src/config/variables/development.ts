import { InvalidValue } from '../value-types.ts'
import type { Variable } from '../variable.ts'

export const developmentVariables = {
  WECHAT_UPLOAD_KEY_FILE: {
    group: 'upload',
    doc: `The upload key for pnpm upload and pnpm preview:qrcode: mp.weixin.qq.com, 开发管理 > 开发设置 > 小程序代码上传. A
relative path starts at the root of the repository; private.*.key is git-ignored.`,
    defaultNote: 'none',
    examples: ['private.wx….key'],
  },
  MINIAPP_APP_ID: {
    group: 'upload',
    doc: 'The AppID to upload as.',
    defaultNote: 'that of apps/miniapp/project.private.config.json',
    examples: ['wx…'],
  },
  ALLOW_SIMULATOR_IN_PRODUCTION: {
    group: 'rehearsal',
    doc: `Lets production mode use the WeChat simulator on this machine: docs/deploy.md, Rehearse production. Its only value is
rehearsal-only-not-for-users, since every client that reaches the simulator can then log in as any user.`,
    parse: rehearsal,
    defaultNote: 'no',
  },
  WECHAT_SIMULATOR_PORT: {
    group: 'development',
    doc: 'The port of the WeChat simulator and the preview.',
    default: '4100',
  },
  TEST_DATABASE_URL: {
    group: 'development',
    doc: 'A PostgreSQL server on which tests may create and drop databases.',
    defaultNote: 'a postgres on this machine',
  },
  TEST_REDIS_URL: {
    group: 'development',
    doc: 'A Redis that tests may empty.',
    defaultNote: 'a redis-server on this machine',
  },
  CHROMIUM_PATH: {
    group: 'development',
    doc: 'The browser of the end-to-end tests.',
    defaultNote: 'Chromium or Chrome on this machine',
  },
} as const satisfies Record<string, Variable>

/** The value is long, so that only an operator who means it sets it. */
function rehearsal(value: string): true {
  const wanted = 'rehearsal-only-not-for-users'
  if (value !== wanted) throw new InvalidValue(`must be ${wanted}, or absent`)
  return true
}
