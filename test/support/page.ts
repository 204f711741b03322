import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createSandboxPage } from '../../src/sandbox/page.ts';
import type { SampleTarget } from '../../src/sandbox/samples.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';

export type ServedPage = { url: string; port: number; stop(): Promise<void> };

/** The sandbox's page on a server of its own. */
export async function servePage(sandbox: Sandbox, target: () => SampleTarget, port = 0): Promise<ServedPage> {
  const page = createSandboxPage({ sandbox, target });
  const server = createServer(express().use('/sandbox', page));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const taken = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${taken}/sandbox`,
    port: taken,
    async stop() {
      page.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
