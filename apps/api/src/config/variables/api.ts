import { parseAddresses, parseHttpUrl } from '../network.ts'
import { day, integer, oneOf, text } from '../value-types.ts'
import type { Variable } from '../variable.ts'

export const apiVariables = {
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
} as const satisfies Record<string, Variable>
