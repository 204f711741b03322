import { createCallbacks } from './callbacks.ts';
import { createCalls } from './calls.ts';
import { createChanges } from './changes.ts';
import { createClock } from './clock.ts';
import type { SandboxOptions } from './control.ts';
import { createDispatch } from './dispatch.ts';
import { createFaults } from './faults.ts';
import { createFiles } from './files.ts';
import { createFlood } from './flood.ts';
import { createProfile } from './profile.ts';
import { createBotApiServer } from './server.ts';
import type { Telegram } from './telegram.ts';
import { createUpdates } from './updates.ts';
import { createWebhook } from './webhook.ts';
import { createWorld } from './world.ts';

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|::1)$/;
const DEFAULT_TOKEN = '1234567:SANDBOX0telegram0sandbox0telegram0ab';
/** Unix seconds; update ids count from here. */
const UPDATE_EPOCH = 1_700_000_000;

/** What a sandbox is built from: its state, the server in front of it, and the signal that something changed. */
export function createParts(options: SandboxOptions) {
  const { token = DEFAULT_TOKEN, port = 0, host = '127.0.0.1' } = options;
  if (!LOOPBACK.test(host)) throw new Error(`the sandbox listens on loopback only, not on ${host}`);
  if (!/^[1-9]\d*:[\w-]{20,}$/.test(token)) throw new Error('the token must look like 1234567:AA…');
  const bot = {
    id: Number(token.split(':')[0]),
    username: options.username ?? 'sandbox_bot',
    first_name: options.name ?? 'Test bot',
  };

  const { changed, onChange } = createChanges();
  const clock = createClock();
  const world = createWorld(bot, clock, options);
  // Update ids grow with time, so that a bot that remembers those of an earlier run does not skip new ones.
  const updates = createUpdates(clock, Math.floor(clock.now() / 1000) - UPDATE_EPOCH, () => {
    webhook.pump();
    changed();
  });
  const callInAnswer = (method: string, values: Record<string, unknown>) => {
    void dispatch(method, async () => ({ values, uploads: new Map() }), new AbortController().signal);
  };
  const webhook = createWebhook(clock, updates, callInAnswer, changed);
  const flood = createFlood(clock);
  flood.setMode(options.flood ?? 'off');
  const calls = createCalls();
  const faults = createFaults(clock, changed);
  const files = createFiles(clock.now().toString(36));
  const callbacks = createCallbacks(clock, String(clock.now()));
  const profile = createProfile();
  const telegram: Telegram = {
    world,
    updates,
    webhook,
    flood,
    callbacks,
    files,
    profile,
    privacy: options.privacy ?? true,
  };
  const dispatch = createDispatch(telegram, faults, calls, changed);
  const server = createBotApiServer({ token, host, port, dispatch, files });

  return { token, telegram, faults, calls, server, changed, onChange };
}
