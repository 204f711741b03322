/**
 * People paste addresses with a slash too many: `//api/v1/…` and `…/webhook/` mean the same as without it.
 * What lies under a mounted path is left to what is mounted there.
 */
export function cleanUrl(url: string, mounted: readonly string[]): string {
  const end = url.search(/[?#]/);
  const path = end < 0 ? url : url.slice(0, end);
  if (!path.includes('//') && !path.endsWith('/')) return url;
  if (mounted.some((base) => path === base || path.startsWith(`${base}/`))) return url;
  const clean = path.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
  return end < 0 ? clean : clean + url.slice(end);
}
