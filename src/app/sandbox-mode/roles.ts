import { SEED } from './seed.ts';

/** The roles of the demo's people, as shown on the page. */
export const ROLES: ReadonlyMap<number, string> = new Map([
  [SEED.ana, 'agent'],
  [SEED.ben, 'agent'],
  [SEED.carla, 'admin'],
  [SEED.dmitri, 'stranger'],
]);
