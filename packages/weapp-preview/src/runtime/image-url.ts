/**
 * The URL at which the browser loads an image. `page` is the route of the page that names it; `origins` are those of
 * the bundle.
 */
export function imageUrl(source: string, page: string, origins: Readonly<Record<string, string>>): string {
  if (/^(data|blob):/i.test(source)) return source
  if (/^https?:/i.test(source)) {
    const url = URL.canParse(source) ? new URL(source) : undefined
    const origin = url && origins[url.origin]
    return origin ? origin + source.slice(url.origin.length) : source
  }
  const path = source.startsWith('/') ? source : new URL(source, `http://phone/${page}`).pathname
  return `/__preview/files${path}`
}
