import { integer, limit, list, oneOf, text } from '../value-types.ts'
import type { Variable } from '../variable.ts'

export const limitsVariables = {
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
} as const satisfies Record<string, Variable>
