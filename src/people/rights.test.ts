import { expect, test } from 'vitest';
import { can, type Right } from './rights.ts';

test.each<[Right, boolean, boolean, boolean]>([
  ['manage-severity-rules', false, true, true],
  ['change-escalation', false, true, true],
  ['set-duty-of-others', false, true, true],
  ['manage-routes', false, true, true],
  ['keep-quiet', false, true, true],
  ['change-settings', false, true, true],
  ['invite-agents', false, true, true],
  ['manage-people', false, false, true],
  ['manage-pairing', false, false, true],
])('%s: agent %s, lead %s, admin %s', (right, agent, lead, admin) => {
  expect([can('agent', right), can('lead', right), can('admin', right)]).toEqual([agent, lead, admin]);
});
