import { isIPv4 } from 'node:net'

/** The network that an IP belongs to: 256 addresses of IPv4, a site (/48) of IPv6. */
export function networkOf(ip: string): string {
  const address = /^::ffff:([\d.]+)$/i.exec(ip)?.[1] ?? ip
  if (isIPv4(address)) return `${address.split('.').slice(0, 3).join('.')}.0/24`
  const [head = ''] = address.split('::')
  const groups = head.split(':').filter(Boolean)
  return `${[...groups, '0', '0', '0'].slice(0, 3).join(':')}::/48`
}
