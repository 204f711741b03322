import type { ChatFullInfo, ChatMember } from 'grammy/types';

/** What the bot may need in a group. */
export const chatRights = ['write', 'files', 'members', 'topics'] as const;
export type ChatRight = (typeof chatRights)[number];

/** Which rights the bot needs in this group, and which it has (Bot API, ChatMember and ChatPermissions). Pure. */
export function rightsOf(
  { is_forum, permissions }: Pick<ChatFullInfo, 'is_forum' | 'permissions'>,
  member: ChatMember,
): ReadonlyMap<ChatRight, boolean> {
  const rights = new Map<ChatRight, boolean>();
  const isAdmin = member.status === 'administrator' || member.status === 'creator';
  const allowed = member.status === 'restricted' ? member : permissions;
  rights.set('write', isAdmin || allowed?.can_send_messages !== false);
  rights.set('files', isAdmin || allowed?.can_send_documents !== false);
  rights.set('members', isAdmin);
  if (is_forum) rights.set('topics', member.status === 'administrator' && member.can_manage_topics === true);
  return rights;
}
