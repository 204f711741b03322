import type { Sandbox } from 'telegram-sandbox';
import { createSandboxPage, type SandboxPage } from 'telegram-sandbox/page';
import { isFromHere } from '../../from-here.ts';
import type { Log } from '../../log.ts';
import { ROLES } from './roles.ts';
import { createSamples, type SampleTarget } from './samples.ts';
import { WELCOME } from './welcome.ts';

type PageDeps = Readonly<{ sandbox: Sandbox; target: () => SampleTarget; now: () => Date; log: Log }>;

/** The sandbox's chat page with Bellhop's samples and first steps. Only this machine may use it. */
export function createPage({ sandbox, target, now, log }: PageDeps): SandboxPage {
  return createSandboxPage({
    sandbox,
    allow: isFromHere,
    roles: ROLES,
    samples: createSamples(target, now),
    samplesAbout: 'Events as Chatwoot and Tawk.to send them, signed and sent to Bellhop over HTTP.',
    welcome: WELCOME,
    icon: new URL('icon.svg', import.meta.url),
    onError: (err) => log.debug({ err }, 'sandbox.request_refused'),
  });
}
