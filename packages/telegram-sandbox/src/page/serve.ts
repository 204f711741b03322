import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { SandboxPage } from './page.ts';

export type ServedPage = Readonly<{ url: string; port: number; stop: () => Promise<void> }>;

/** Serves the page on a port of its own, on loopback; 0 picks a free one. Rejects when the port is taken. */
export async function servePage(page: SandboxPage, port = 0): Promise<ServedPage> {
  const server = createServer(express().use(page));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const actual = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${actual}`,
    port: actual,
    async stop() {
      page.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
