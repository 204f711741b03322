import type { Callbacks } from './callbacks.ts';
import type { Files } from './files.ts';
import type { Flood } from './flood.ts';
import type { Parameters } from './parameters.ts';
import type { Profile } from './profile.ts';
import type { Updates } from './updates.ts';
import type { Webhook } from './webhook.ts';
import type { World } from './world.ts';

/** What methods and people act on. */
export type Telegram = {
  world: World;
  updates: Updates;
  callbacks: Callbacks;
  files: Files;
  flood: Flood;
  webhook: Webhook;
  profile: Profile;
  /** On: as an ordinary member the bot sees only what is meant for it. */
  privacy: boolean;
};

/** One Bot API method: returns its result or throws its refusal. `abandoned` fires when the caller disconnects. */
export type Method = (telegram: Telegram, parameters: Parameters, abandoned: AbortSignal) => unknown;
