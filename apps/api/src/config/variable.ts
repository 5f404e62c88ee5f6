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
