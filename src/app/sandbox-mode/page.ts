import express from 'express';
import type { Sandbox } from 'telegram-sandbox';
import { createSandboxPage, type SandboxPage } from 'telegram-sandbox/page';
import type { IsLocalRequest } from '../../http/local-request.ts';
import type { Log } from '../../log.ts';
import type { ChatwootPeer } from './chatwoot/chatwoot.ts';
import { createChatwootPanel } from './chatwoot-panel/panel.ts';
import { createPageAccess } from './page-access.ts';
import { ROLES } from './roles.ts';
import { createSampleDesk } from './sample-desk.ts';
import { createSamples, type SampleTarget } from './samples.ts';
import { WELCOME } from './welcome.ts';

type PageDeps = Readonly<{
  sandbox: Sandbox;
  /** The sandbox's own Chatwoot, where it has one. */
  peer?: ChatwootPeer | undefined;
  key: string;
  isLocalRequest: IsLocalRequest;
  target: () => SampleTarget;
  now: () => Date;
  log: Log;
}>;

/** The sandbox's chat page with Bellhop's samples and first steps. Requires the key and a request from this machine. */
export function createPage({ sandbox, peer, key, isLocalRequest, target, now, log }: PageDeps): SandboxPage {
  const access = createPageAccess(key, isLocalRequest);
  const panel = peer && createChatwootPanel(peer);
  const page = createSandboxPage({
    sandbox,
    allow: access.allow,
    roles: ROLES,
    samples: createSamples(target, now, peer && createSampleDesk(peer)),
    samplesAbout: 'Events as Chatwoot and Tawk.to send them, signed and sent to Bellhop over HTTP.',
    welcome: WELCOME,
    tabs: panel ? [panel] : [],
    icon: new URL('icon.svg', import.meta.url),
    onError: (err) => log.debug({ err }, 'sandbox.request_refused'),
  });
  const close = () => {
    page.close();
    panel?.close();
  };
  return Object.assign(express.Router().use(access.setCookie, page), { close });
}
