/** The path of a request line that names the whole address, as some proxies and probes send it (RFC 9112, 3.2.2). */
export function originForm(url: string): string {
  if (url.startsWith('/')) return url;
  const [, rest] = /^https?:\/\/[^/?#]*(.*)$/i.exec(url) ?? [];
  if (rest === undefined) return url;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** Paths under a mounted router, and routes that end with a slash. */
type Uncleaned = Readonly<{ mounted: readonly string[]; withSlash: readonly string[] }>;

/** Removes extra slashes, which people paste by mistake: `//api/v1/…`, `…/webhook/`. */
export function cleanUrl(url: string, { mounted, withSlash }: Uncleaned): string {
  const end = url.search(/[?#]/);
  const path = end < 0 ? url : url.slice(0, end);
  if (!path.includes('//') && !path.endsWith('/')) return url;
  if (withSlash.includes(path)) return url;
  if (mounted.some((base) => path === base || path.startsWith(`${base}/`))) return url;
  const clean = path.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
  return end < 0 ? clean : clean + url.slice(end);
}
