import type { Sandbox } from '../control.ts';

/** What somebody is in the groups. */
export function roleOf(userId: number, sandbox: Sandbox): string {
  const groups = sandbox.chats().filter((chat) => chat.type !== 'private');
  const statuses = groups.map((chat) => chat.members.get(userId)?.status);
  if (statuses.includes('creator')) return 'owner';
  if (statuses.includes('administrator')) return 'admin';
  return statuses.includes('member') ? 'member' : 'stranger';
}
