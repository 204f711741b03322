import type { Sandbox } from '../sandbox.ts';
import { SEED } from '../seed.ts';

const SEEDED = new Map<number, string>([
  [SEED.ana, 'agent'],
  [SEED.ben, 'lead'],
  [SEED.carla, 'admin'],
  [SEED.dmitri, 'stranger'],
]);

/** What somebody plays in the demo; for others, what they are in the groups. */
export function roleOf(userId: number, sandbox: Sandbox): string {
  const seeded = SEEDED.get(userId);
  if (seeded) return seeded;
  const groups = sandbox.chats().filter((chat) => chat.type !== 'private');
  const statuses = groups.map((chat) => chat.members.get(userId)?.status);
  if (statuses.includes('creator') || statuses.includes('administrator')) return 'admin';
  return statuses.includes('member') ? 'member' : 'stranger';
}
