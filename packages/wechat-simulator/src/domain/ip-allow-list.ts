import { BlockList } from 'node:net'

/** The IPs that may use an AppSecret. */
export type IpAllowList = {
  /** Replaces the list; an empty one allows every IP. Throws a `TypeError` for an entry that WeChat rejects. */
  set(entries: readonly string[]): void
  allows(ip: string): boolean
}

const maximumEntries = 10

/** WeChat's forms of an entry: `172.0.0.1`, `172.0.0.*`, `172.0.0.1/24`; no port, at most ten. */
export function createIpAllowList(entries: readonly string[] = []): IpAllowList {
  let allowed: BlockList | undefined

  function set(entries: readonly string[]): void {
    if (entries.length > maximumEntries) throw new TypeError(`at most ${maximumEntries} addresses`)
    const list = new BlockList()
    for (const entry of entries) add(list, entry)
    allowed = entries.length > 0 ? list : undefined
  }

  set(entries)
  return { set, allows: (ip) => allowed?.check(ip) ?? true }
}

function add(list: BlockList, entry: string): void {
  const [, ip, prefix = '32'] = /^([\d.]+)(?:\/(\d{1,2}))?$/.exec(entry.replace(/\.\*$/, '.0/24')) ?? []
  try {
    list.addSubnet(ip ?? '', Number(prefix))
  } catch (cause) {
    throw new TypeError(`not an address of the form 172.0.0.1, 172.0.0.* or 172.0.0.1/24: ${entry}`, {
      cause,
    })
  }
}
