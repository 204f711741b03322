import { SEED } from './seed.ts';

/** What the demo's people play, as the page names them. */
export const ROLES: ReadonlyMap<number, string> = new Map([
  [SEED.ana, 'agent'],
  [SEED.ben, 'lead'],
  [SEED.carla, 'admin'],
  [SEED.dmitri, 'stranger'],
]);
