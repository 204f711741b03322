export type LinkCheck = { ok: true; url: string } | { ok: false; reason: string };

const APP_PROTOCOLS = new Set(['tg', 'ton', 'tonsite']);

/** A link as Telegram keeps it: http is added where there is no protocol, host in lower case with a dot in it. */
export function checkLink(link: string): LinkCheck {
  const trimmed = link.trim();
  const protocol = /^([a-z][a-z0-9+.-]*):(?!\d)/i.exec(trimmed)?.[1]?.toLowerCase();
  if (protocol && APP_PROTOCOLS.has(protocol)) return checkAppLink(protocol, trimmed);
  const explicit = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed);
  if (protocol && protocol !== 'http' && protocol !== 'https') return { ok: false, reason: 'Unsupported URL protocol' };
  if (protocol && !explicit) return { ok: false, reason: 'Wrong HTTP URL' };

  const rest = explicit ? trimmed.slice(explicit[0].length) : trimmed;
  const authorityEnd = rest.search(/[/?#]/);
  const authority = authorityEnd < 0 ? rest : rest.slice(0, authorityEnd);
  const at = authority.lastIndexOf('@');
  const hostPort = /^(\[[0-9a-f:.]+\]|[^:]*)(?::(\d*))?$/i.exec(authority.slice(at + 1));
  const host = hostPort?.[1]?.toLowerCase();
  if (!host) return { ok: false, reason: 'URL host is empty' };
  if (Number(hostPort?.[2] ?? 1) > 65_535 || hostPort?.[2] === '') {
    return { ok: false, reason: 'Wrong port number specified in the URL' };
  }
  if (!isRoutable(host)) return { ok: false, reason: 'Wrong HTTP URL' };

  const port = hostPort?.[2] ? `:${Number(hostPort[2])}` : '';
  return {
    ok: true,
    url: `${protocol ?? 'http'}://${authority.slice(0, at + 1)}${host}${port}${pathOf(rest, authorityEnd)}`,
  };
}

function checkAppLink(protocol: string, link: string): LinkCheck {
  const rest = link.slice(protocol.length + 1).replace(/^\/\//, '');
  if (!/^[a-z0-9_-]/i.test(rest)) return { ok: false, reason: 'Wrong tg URL' };
  return { ok: true, url: `${protocol}://${rest}` };
}

/** Telegram accepts no host without a dot, except IPv6 literals. */
function isRoutable(host: string): boolean {
  if (host.startsWith('[')) return true;
  return host.replace(/\.$/, '').includes('.') && !/[\s<>"'`^{}|\\]/.test(host) && !host.includes('..');
}

function pathOf(rest: string, authorityEnd: number): string {
  if (authorityEnd < 0) return '/';
  const path = rest.slice(authorityEnd).replaceAll(/[\u0000-\u0020]/g, (space) => encodeURIComponent(space));
  return path.startsWith('/') ? path : `/${path}`;
}

/** The user of a tg://user?id=… link. */
export function linkedUser(link: string): number | undefined {
  const id = /^tg:(?:\/\/)?user\?(?:[^#]*&)?id=(\d+)/i.exec(link.trim())?.[1];
  return id ? Number(id) : undefined;
}
