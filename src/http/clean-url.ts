/** The path of a request line that names the whole address, as some proxies and probes send it (RFC 9112, 3.2.2). */
export function originForm(url: string): string {
  const [, rest] = /^https?:\/\/[^/?#]*(.*)$/i.exec(url) ?? [];
  if (rest === undefined) return url;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/**
 * Removes extra slashes, which people paste by mistake: `//api/v1/…`, `…/webhook/`.
 * Paths under a mounted router are left unchanged.
 */
export function cleanUrl(url: string, mounted: readonly string[]): string {
  const end = url.search(/[?#]/);
  const path = end < 0 ? url : url.slice(0, end);
  if (!path.includes('//') && !path.endsWith('/')) return url;
  if (mounted.some((base) => path === base || path.startsWith(`${base}/`))) return url;
  const clean = path.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
  return end < 0 ? clean : clean + url.slice(end);
}
