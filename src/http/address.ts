/** Names the address of a request for logs and people, without whatever may be a secret in it. */
export type NameAddress = (path: string) => string | undefined;

const deepest = 6;

/**
 * Undefined where the path is not under a source's address: strangers ask for anything. Below one, words that occur in
 * our own addresses stand, and all else (a key, perhaps) is shown as `…`.
 */
export function createNameAddress(paths: readonly string[]): NameAddress {
  const segments = paths.map((path) => path.split('/'));
  const words = new Set(segments.flat());
  const prefixes = segments.map((all) => `${all.slice(0, -1).join('/')}/`);
  return (path) => {
    if (!prefixes.some((prefix) => `${path}/`.startsWith(prefix))) return undefined;
    const parts = path.split('/');
    const named = parts.slice(0, deepest + 1).map((part) => (words.has(part) && !part.startsWith(':') ? part : '…'));
    return `${named.join('/')}${parts.length > deepest + 1 ? '/…' : ''}`;
  };
}
