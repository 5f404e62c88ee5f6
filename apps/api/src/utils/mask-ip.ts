/** Hides the part of an IP that identifies a household: `203.0.*.*`, `2001:db8:1:*`. */
export function maskIp(ip: string): string {
  // PostgreSQL appends the mask to an inet that is a network.
  const [address = ''] = ip.split('/')
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
  if (mapped.includes('.')) return `${mapped.split('.').slice(0, 2).join('.')}.*.*`
  const [head = ''] = mapped.split('::')
  const groups = head.split(':').filter(Boolean).slice(0, 3)
  return `${groups.join(':') || ':'}:*`
}
