import type { ServerResponse } from 'node:http';

/** Names and values by turns, as `writeHead` takes them. Cheaper than an object, which would be put together for each answer. */
export type HeaderList = readonly string[];

export function headerListOf(headers: Readonly<Record<string, string>>): HeaderList {
  return Object.entries(headers).flat();
}

export function setHeaders(res: ServerResponse, headers: HeaderList): void {
  for (let index = 0; index < headers.length; index += 2) {
    res.setHeader(headers[index] ?? '', headers[index + 1] ?? '');
  }
}
