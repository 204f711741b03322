/** Names the address of a request for logs and notices, without possible secrets. */
export type NameAddress = (path: string) => string | undefined;

const maxDepth = 6;

/**
 * Undefined if the path is not under a source's address, since strangers request anything. Words from our own addresses
 * are shown; everything else (perhaps a key) becomes `…`.
 */
export function createNameAddress(paths: readonly string[]): NameAddress {
  const segments = paths.map((path) => path.split('/'));
  const words = new Set(segments.flat());
  const prefixes = segments.map((all) => `${all.slice(0, -1).join('/')}/`);
  return (path) => {
    if (!prefixes.some((prefix) => `${path}/`.startsWith(prefix))) return undefined;
    const parts = path.split('/');
    const named = parts.slice(0, maxDepth + 1).map((part) => (words.has(part) && !part.startsWith(':') ? part : '…'));
    return `${named.join('/')}${parts.length > maxDepth + 1 ? '/…' : ''}`;
  };
}
