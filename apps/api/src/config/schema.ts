import { parseDatabaseUrl } from './database-url.ts'
import { parseKeys, parseSigningKeys } from './keys.ts'
import { parseAddresses, parseHttpUrl, parseProxyUrl, parseRedisUrl } from './network.ts'
import { parseSharedApps } from './shared-apps.ts'
import { maximumWechatTimeoutMs } from './time-budget.ts'
import { day, InvalidValue, integer, limit, list, oneOf, text } from './value-types.ts'
import { parseWechatApps } from './wechat-apps.ts'

/** The headings of `.env.example` and `docs/configuration.md`, and what holds for a whole group. */
export const groups = {
  wechat: { title: 'WeChat' },
  api: { title: 'API' },
  data: { title: 'Data' },
  secrets: {
    title: 'Secrets',
    doc: `Each is a list of id:base64, the newest first: the first key signs or encrypts, all are accepted. Create one:
openssl rand -base64 32. To rotate, put a new key first, and remove the old one when nothing that it signed or encrypted is
left. With several instances put the new key behind the others first, and to the front when every instance knows it.
Development creates its own at the first start, in .data/keys.env. Production requires them.`,
  },
  lifetimes: { title: 'Lifetimes' },
  limits: {
    title: 'Limits',
    doc: `Requests per minute; 0 is no limit. A client over a limit gets 429 with Retry-After. An IPv6 address counts as its /64.`,
  },
  publishing: { title: 'Publishing' },
  metrics: { title: 'Metrics' },
  upload: { title: 'Upload of the mini program' },
  rehearsal: { title: 'Rehearsal' },
  development: { title: 'Development and tests' },
} as const

export type Group = keyof typeof groups

/** One environment variable. `default` is the text that counts when it is absent. */
export type Variable = {
  group: Group
  doc: string
  /**
   * Absent: other programs read the variable, the API does not.
   *
   * @throws InvalidValue with what the value must be; its message never repeats a secret.
   */
  parse?: (text: string) => unknown
  default?: string
  /** What an absent variable means where that is not one text. */
  defaultNote?: string
  /** Without a default: the issue when the variable is absent. */
  required?: string
  /** Values that `.env.example` shows instead of the default. */
  examples?: string[]
}

const missingKeys = 'is missing: id:base64, such as k1:<openssl rand -base64 32>'

/** Every variable of the project, whichever program reads it. `pnpm generate:config` writes the docs from here. */
export const schema = {
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
  NODE_ENV: {
    group: 'api',
    doc: 'development, test or production; the built API accepts test and production.',
    parse: text,
    defaultNote: 'development; the built API: production',
  },
  HOST: { group: 'api', doc: 'The address that the API listens on.', parse: text, default: '127.0.0.1' },
  PORT: {
    group: 'api',
    doc: 'The port that the API listens on.',
    parse: integer(0, 65_535),
    default: '3000',
  },
  PUBLIC_URL: {
    group: 'api',
    doc: `The URL at which clients reach the API: the issuer of its access tokens, built into the mini program. Required in
production. On a phone in your network: http://<address of this computer>:3000, with HOST=0.0.0.0.`,
    parse: parseHttpUrl,
    defaultNote: 'http://127.0.0.1:<PORT>',
  },
  TRIAL_API_URL: {
    group: 'api',
    doc: `The API of a mini program that is on trial. A production build (build, upload, preview:qrcode) knows three APIs;
a release always uses PUBLIC_URL, and what dev builds always the API of dev.`,
    defaultNote: 'PUBLIC_URL',
  },
  DEVELOP_API_URL: {
    group: 'api',
    doc: 'The same for a mini program that is in development, as WeChat calls it.',
    defaultNote: 'PUBLIC_URL',
  },
  TRUSTED_PROXIES: {
    group: 'api',
    doc: `IP addresses and CIDR blocks of your proxies, such as 10.0.0.0/8,fd00::/8. Only they may name the client's IP by
X-Forwarded-For: the last address there that is not theirs counts. Without it the header is ignored, and all clients behind
a proxy share its IP and its limits.`,
    parse: parseAddresses,
    default: '',
  },
  REQUIRED_AGREEMENT_VERSION: {
    group: 'api',
    doc: `The oldest user agreement that users may have agreed to, as its day (YYYY-MM-DD). After a material change, first
release the mini program with the new document, then set this: users of an older one are asked, or told to update.`,
    parse: day,
    defaultNote: 'any',
  },
  REQUIRED_PRIVACY_VERSION: {
    group: 'api',
    doc: 'The same for the privacy policy.',
    parse: day,
    defaultNote: 'any',
  },
  PHONE_BUTTON: {
    group: 'api',
    doc: `Which of WeChat's phone buttons is built into the mini program: quick takes a number that WeChat has verified before;
realtime verifies it now, by a message. Each is granted and paid for apart: mp.weixin.qq.com, 付费管理.`,
    default: 'quick',
  },
  PHONE_BUTTON_PLACE: {
    group: 'api',
    doc: `Where the mini program shows the phone button of the login: login, on the login page, or page, on a page of its own.`,
    default: 'login',
  },
  LOG_LEVEL: {
    group: 'api',
    doc: 'silent, error, warn, info or debug: the least important lines that are logged.',
    parse: oneOf('silent', 'error', 'warn', 'info', 'debug'),
    default: 'info',
  },
  SHUTDOWN_DELAY_MS: {
    group: 'api',
    doc: 'How long the API goes on serving after SIGTERM, as not ready, so that balancers take it out first.',
    parse: integer(0, 300_000),
    defaultNote: '5000; outside production 0',
  },
  SHUTDOWN_TIMEOUT_MS: {
    group: 'api',
    doc: 'How long a graceful stop may take after that before it is forced.',
    parse: integer(0, 300_000),
    default: '10000',
  },
  DATABASE_URL: {
    group: 'data',
    doc: `postgresql://user:password@host:5432/database, or pglite:<folder> for the embedded database, which is for one process
and may lose writes in a power cut. Required in production. TLS: ?sslmode=verify-full, with a private CA
&sslrootcert=/path/to/ca.pem. Everything else: docs/deploy.md, Database.`,
    parse: parseDatabaseUrl,
    default: 'pglite:.data/database',
  },
  STORAGE_FOLDER: {
    group: 'data',
    doc: 'The folder of uploaded avatars; several instances need the same one.',
    parse: text,
    default: 'files',
    defaultNote: 'files; development: .data/files',
  },
  S3_BUCKET_URL: {
    group: 'data',
    doc: `A bucket that speaks S3 (AWS, Aliyun OSS, Tencent COS, MinIO) instead of the folder, by its whole URL, such as
https://<bucket>.oss-cn-hangzhou.aliyuncs.com, https://<bucket>.cos.ap-guangzhou.myqcloud.com or http://minio:9000/<bucket>.
It stays private: the API serves its files.`,
    parse: parseHttpUrl,
    defaultNote: 'the folder',
  },
  S3_REGION: { group: 'data', doc: 'The region of the bucket.', parse: text, default: 'us-east-1' },
  S3_ACCESS_KEY_ID: { group: 'data', doc: 'Required for a bucket.', parse: text, defaultNote: 'none' },
  S3_SECRET_ACCESS_KEY: { group: 'data', doc: 'Required for a bucket.', parse: text, defaultNote: 'none' },
  REDIS_URL: {
    group: 'data',
    doc: 'A Redis in which all instances count their limits together: redis://… or rediss://…. It only counts.',
    parse: parseRedisUrl,
    defaultNote: 'each instance counts for itself',
  },
  ACCESS_TOKEN_KEYS: {
    group: 'secrets',
    doc: `Sign access tokens: secrets (HS256), or Ed25519 (EdDSA) or P-256 (ES256) keys, given as the PEM file in base64:
openssl genpkey -algorithm ed25519 | openssl base64 -A. A list may mix them. The public keys are at /.well-known/jwks.json,
cached for up to 5 minutes, so that other services can verify tokens without a secret.`,
    parse: parseSigningKeys,
    required: missingKeys,
    defaultNote: 'created per clone in .data/keys.env',
    examples: ['k1:…'],
  },
  REFRESH_TOKEN_KEYS: {
    group: 'secrets',
    doc: 'Sign refresh tokens and device tokens: at least 32 bytes.',
    parse: (value) => parseKeys(value, { minimumBytes: 32 }),
    required: missingKeys,
    defaultNote: 'created per clone in .data/keys.env',
    examples: ['k1:…'],
  },
  DATA_KEYS: {
    group: 'secrets',
    doc: "Encrypt WeChat's session_key and phone numbers in the database: exactly 32 bytes.",
    parse: (value) => parseKeys(value, { minimumBytes: 32, maximumBytes: 32 }),
    required: missingKeys,
    defaultNote: 'created per clone in .data/keys.env',
    examples: ['k1:…'],
  },
  PASSWORD_HASH_MEMORY_KIB: {
    group: 'secrets',
    doc: `What one hash of a password costs (argon2id); OWASP recommends at least the defaults. May change at any time: a login
renews the user's hash.`,
    parse: integer(7168, 1_048_576),
    default: '19456',
  },
  PASSWORD_HASH_PASSES: {
    group: 'secrets',
    doc: 'The number of passes of that hash.',
    parse: integer(1, 100),
    default: '2',
  },
  ACCESS_TOKEN_LIFETIME_SECONDS: {
    group: 'lifetimes',
    doc: 'An access token expires after this.',
    parse: integer(10, 24 * 60 * 60),
    default: '600',
  },
  REFRESH_TOKEN_LIFETIME_DAYS: {
    group: 'lifetimes',
    doc: 'A session that is not used ends after this.',
    parse: integer(1, 3650),
    default: '30',
  },
  SESSION_MAXIMUM_LIFETIME_DAYS: {
    group: 'lifetimes',
    doc: 'Every session ends after this.',
    parse: integer(1, 3650),
    default: '180',
  },
  SESSIONS_PER_USER: {
    group: 'lifetimes',
    doc: 'One login more ends the session that was idle the longest.',
    parse: integer(1, 1000),
    default: '20',
  },
  PHONE_RECLAIM_DAYS: {
    group: 'lifetimes',
    doc: `Numbers are recycled: how long after WeChat last verified it for an account a phone number may lead a new WeChat user
to that account, if it has no password and is not in use; 0 is never.`,
    parse: integer(0, 3650),
    default: '90',
  },
  PHONE_ENCRYPTED_DATA: {
    group: 'lifetimes',
    doc: `on also accepts phone numbers as encryptedData, for mini programs that are built for a WeChat whose phone button has
no codes. They prove less than a code.`,
    parse: oneOf('off', 'on'),
    default: 'off',
  },
  AUDIT_RETENTION_DAYS: {
    group: 'lifetimes',
    doc: `How long the audit log, ended sessions and a user's last IP are stored. At least 184 in production: the law wants
network logs for six months (网络安全法, article 23).`,
    parse: integer(1, 3650),
    default: '200',
  },
  SEAL_NETWORK_LOGS_AT_DELETION: {
    group: 'lifetimes',
    doc: `What happens to the network logs of a deleted account. on moves time, event type and IP of the last 184 days to a
sealed table that no API reads; off deletes them at once, for a team whose gateway stores network logs for six months.`,
    parse: oneOf('on', 'off'),
    default: 'on',
  },
  MINIMUM_AGE: {
    group: 'lifetimes',
    doc: `A birthday of a younger user is rejected, unless a guardian has agreed (docs/decisions/accounts.md). 0
accepts every birthday. The law wants a guardian's consent under 14 (个人信息保护法, article 31).`,
    parse: integer(0, 150),
    default: '14',
  },
  CONSENT_RETENTION_DAYS: {
    group: 'lifetimes',
    doc: `How long the proof that a user agreed to the documents is stored after the account was deleted: versions, time, way and
AppID, and nothing else about the user. The default is three years, after which claims lapse (民法典 188).`,
    parse: integer(1, 3650),
    default: '1095',
  },
  LIMIT_PER_IP: {
    group: 'limits',
    doc: `Everything without a limit of its own below: also logins, before their codes are looked at, avatars, and paths that do
not exist; never the health checks.`,
    parse: limit,
    default: '1200',
  },
  LIMIT_LOGIN_PER_IP: {
    group: 'limits',
    doc: 'Codes of wx.login that WeChat accepted. Carriers put thousands of users behind one IP.',
    parse: limit,
    default: '60',
  },
  LIMIT_FAILED_LOGIN_PER_IP: {
    group: 'limits',
    doc: `Codes that WeChat rejected. Beyond it codes from this IP are exchanged one at a time, except those of devices on which
a user has logged in before. A /48 of IPv6 counts too, and may have twice as many.`,
    parse: limit,
    default: '60',
  },
  LIMIT_LOGIN_PER_USER: {
    group: 'limits',
    doc: `Logins of one user, once WeChat has identified them. Renewals of the session_key count separately, up to the same
number.`,
    parse: limit,
    default: '10',
  },
  LIMIT_REFRESH_PER_IP: { group: 'limits', doc: 'Refreshes from one IP.', parse: limit, default: '300' },
  LIMIT_REFRESH_PER_SESSION: {
    group: 'limits',
    doc: 'A device refreshes every ten minutes; this leaves room for requests that race.',
    parse: limit,
    default: '60',
  },
  LIMIT_PASSWORD_PER_IP: {
    group: 'limits',
    doc: `Registrations, and passwords for logins and deletions. Beyond it logins from this IP start one per second; a device on
which a user has logged in before counts separately.`,
    parse: limit,
    default: '30',
  },
  LIMIT_PASSWORD_PER_ACCOUNT: {
    group: 'limits',
    doc: `Passwords that one IP may try on one account in a minute, twice as many in ten minutes, four times as many in two
hours; a /48 of IPv6 twice as many. When all IPs that were never in that account have tried ten times as many together,
they start one per second. A device on which the user has logged in before counts separately.`,
    parse: limit,
    default: '5',
  },
  LIMIT_PHONE_PER_USER: {
    group: 'limits',
    doc: 'Phone numbers of one user, which WeChat charges for.',
    parse: limit,
    default: '5',
  },
  LIMIT_PROFILE_PER_USER: {
    group: 'limits',
    doc: 'Changes of the profile and the avatar of one user.',
    parse: limit,
    default: '30',
  },
  LIMIT_EXPORT_PER_USER: {
    group: 'limits',
    doc: 'Exports of one user, per hour.',
    parse: limit,
    default: '5',
  },
  LIMIT_ADMIN_PER_IP: {
    group: 'limits',
    doc: 'Requests to the admin API from one IP.',
    parse: limit,
    default: '120',
  },
  REQUIRE_VERIFIED_PHONE: {
    group: 'publishing',
    doc: `on lets only users with a phone number that WeChat has verified change their nickname or avatar, which others see,
and keeps them from removing the number. Reading and logging in stay open. Your own endpoints: docs/recipes.md.`,
    parse: oneOf('off', 'on'),
    default: 'off',
  },
  CONTENT_REVIEW: {
    group: 'publishing',
    doc: `What happens to a nickname or an avatar that WeChat leaves to a human (its verdict is review). reject rejects it; queue
hides it until an admin decides: GET /v1/admin/reviews.`,
    parse: oneOf('reject', 'queue'),
    default: 'reject',
  },
  BRAND_NAMES: {
    group: 'publishing',
    doc: `The names of your product and company, with commas between them. Users cannot take names that look like one of them;
admins can give them such a name.`,
    parse: list,
    default: '',
    examples: ['示例小程序,Example'],
  },
  RESERVED_NAMES: {
    group: 'publishing',
    doc: `Further names that users cannot take, with commas between them, besides 官方, 客服, 管理员, admin, official and the like.
Chinese ones match anywhere in a name, others as a whole word; case, width, spaces and lookalikes do not matter.`,
    parse: list,
    default: '',
  },
  METRICS_PORT: {
    group: 'metrics',
    doc: `GET /metrics for Prometheus, on a port of its own; without a port nothing is measured. Every client that reaches it
may read.`,
    parse: integer(1, 65_535),
    defaultNote: 'off',
  },
  METRICS_HOST: {
    group: 'metrics',
    doc: 'The address that METRICS_PORT listens on.',
    parse: text,
    default: '127.0.0.1',
  },
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

type Schema = typeof schema
export type VariableName = keyof Schema
export const variableNames = Object.keys(schema) as VariableName[]

/** The variables that the API reads. */
export type ApiVariableName = {
  [Name in VariableName]: Schema[Name] extends { parse: unknown } ? Name : never
}[VariableName]
export const apiVariableNames = variableNames.filter(
  (name): name is ApiVariableName => 'parse' in schema[name],
)

/** The parsed value of each variable; `null` where it is absent and has no default. */
export type Values = {
  [Name in ApiVariableName]:
    | ReturnType<Schema[Name]['parse']>
    | (Schema[Name] extends { default: string } | { required: string } ? never : null)
}

/** The value is long, so that only an operator who means it sets it. */
function rehearsal(value: string): true {
  const wanted = 'rehearsal-only-not-for-users'
  if (value !== wanted) throw new InvalidValue(`must be ${wanted}, or absent`)
  return true
}
