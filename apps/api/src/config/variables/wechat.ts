import { parseHttpUrl, parseProxyUrl } from '../network.ts'
import { parseSharedApps } from '../shared-apps.ts'
import { maximumWechatTimeoutMs } from '../time-budget.ts'
import { integer, oneOf } from '../value-types.ts'
import type { Variable } from '../variable.ts'
import { parseWechatApps } from '../wechat-apps.ts'

export const wechatVariables = {
  WECHAT_APPS: {
    group: 'wechat',
    doc: `Your mini programs, as JSON; the first is the default. AppID and AppSecret: mp.weixin.qq.com, 开发管理 > 开发设置.
With push, which WeChat's messages need (开发管理 > 消息推送: JSON, 安全模式): the token and the key that you set there.`,
    parse: parseWechatApps,
    required: 'is missing: JSON such as [{"appId":"wx…","secret":"…"}]',
    defaultNote: "development: the simulator's",
    examples: [
      '[{"appId":"wx…","secret":"…"}]',
      '[{"appId":"wx…","secret":"…","push":{"token":"…","encodingAesKey":"…43 characters…"}}]',
    ],
  },
  SHARE_ACCOUNTS_ACROSS_APPS: {
    group: 'wechat',
    doc: `Mini programs of WECHAT_APPS in which one user may have one account, with the names that users see. The first login
in one of them asks a user who has an account in another (WeChat recognizes them by unionid). Without it every mini program
has accounts of its own.`,
    parse: parseSharedApps,
    defaultNote: 'none',
    examples: ['[{"appId":"wx…","name":"商城"},{"appId":"wx…","name":"会员中心"}]'],
  },
  WECHAT_API_URL: {
    group: 'wechat',
    doc: `WeChat's server. Development uses the simulator (.env.development); with a real AppID, set WeChat's in .env.`,
    parse: parseHttpUrl,
    default: 'https://api.weixin.qq.com',
  },
  WECHAT_PROXY_URL: {
    group: 'wechat',
    doc: `An http proxy for all calls to WeChat, since WeChat's IP allow-list wants one fixed address:
http://user:password@host:3128. See docs/deploy.md.`,
    parse: parseProxyUrl,
    defaultNote: 'none',
  },
  WECHAT_TIMEOUT_MS: {
    group: 'wechat',
    doc: 'How long one call to WeChat may take. The maximum lets the response arrive before the mini program gives up.',
    parse: integer(100, maximumWechatTimeoutMs),
    default: String(maximumWechatTimeoutMs),
  },
  WECHAT_MAXIMUM_CONCURRENT_CALLS: {
    group: 'wechat',
    doc: 'How many calls of one kind may wait for WeChat at the same time; more fail at once.',
    parse: integer(1, 10_000),
    default: '256',
  },
  WECHAT_MAXIMUM_FAILURES: {
    group: 'wechat',
    doc: 'After so many calls in a row without a response, calls fail at once for WECHAT_PAUSE_MS.',
    parse: integer(1, 1000),
    default: '10',
  },
  WECHAT_PAUSE_MS: {
    group: 'wechat',
    doc: 'How long calls fail at once; then one call tries whether WeChat responds again.',
    parse: integer(100, 60_000),
    default: '5000',
  },
  CONTENT_CHECK: {
    group: 'wechat',
    doc: `What happens to a nickname or an avatar that WeChat cannot check. accept stores it, and has a
nickname checked as soon as possible; refuse rejects it. WeChat checks nothing of a user without a WeChat identity, and
avatars only where it can download them from PUBLIC_URL; it reports on them by the message push.`,
    parse: oneOf('accept', 'refuse'),
    default: 'accept',
  },
} as const satisfies Record<string, Variable>
