import { parseDatabaseUrl } from '../database-url.ts'
import { parseKeys, parseSigningKeys } from '../keys.ts'
import { parseHttpUrl, parseRedisUrl } from '../network.ts'
import { integer, oneOf, text } from '../value-types.ts'
import type { Variable } from '../variable.ts'

const missingKeys = 'is missing: id:base64, such as k1:<openssl rand -base64 32>'

export const dataVariables = {
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
} as const satisfies Record<string, Variable>
