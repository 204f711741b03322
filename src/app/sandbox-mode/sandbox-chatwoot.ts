import type { Config } from '../../config/config.ts';
import { type ChatwootPeer, createChatwootPeer } from './chatwoot/chatwoot.ts';

/** The running Chatwoot of the sandbox and the settings that connect Bellhop to it. */
export type SandboxChatwoot = Readonly<{
  peer: ChatwootPeer;
  settings: Pick<Config['chatwoot'], 'baseUrl' | 'accountId' | 'apiToken'>;
  /** Tells it where Bellhop and its chat page are, once they have an address. */
  connect: (to: Readonly<{ baseUrl: string; secret: string | undefined }>) => void;
  stop: () => Promise<void>;
}>;

/** Unix seconds; conversations and messages are numbered from here, so that every start has numbers of its own. */
const idEpoch = 1_700_000_000;

/** A Chatwoot on this machine in place of the operator's. Conversations that alerts name are there once asked for. */
export async function startSandboxChatwoot(now: () => Date): Promise<SandboxChatwoot> {
  let pageUrl: string | undefined;
  const peer = createChatwootPeer({
    now,
    firstId: Math.floor(now().getTime() / 1000) - idEpoch,
    adopts: true,
    pageOf: (id) => pageUrl && `${pageUrl}#${id}`,
  });
  peer.addCannedResponse('hello', 'Hello {{contact.name}}, how can we help?');
  peer.addCannedResponse('refund', 'Your refund is on its way. It takes three to five working days.');
  await peer.start();
  return {
    peer,
    settings: { baseUrl: peer.baseUrl(), accountId: peer.accountId, apiToken: peer.token },
    connect: ({ baseUrl, secret }) => {
      pageUrl = `${baseUrl}/sandbox/tabs/chatwoot/`;
      if (secret !== undefined) peer.addWebhook(`${baseUrl}/api/v1/chatwoot/webhook`, secret);
    },
    stop: peer.stop,
  };
}
