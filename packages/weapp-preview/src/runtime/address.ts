/** A page and what it is opened with. */
export type Address = { route: string; query: Record<string, string> }

/**
 * Takes `/pages/home/index?from=me` apart. A path without a leading slash is relative to the page that names it.
 * As on a phone, the values are not decoded.
 */
export function parseAddress(url: string, from: string): Address {
  const [path = '', search = ''] = url.split('?', 2)
  const segments = path.startsWith('/') ? [] : from.split('/').slice(0, -1)
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(segment)
  }
  const pairs = search.split('&').filter(Boolean)
  return { route: segments.join('/'), query: Object.fromEntries(pairs.map(parsePair)) }
}

function parsePair(pair: string): [name: string, value: string] {
  const equals = pair.indexOf('=')
  return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]
}
