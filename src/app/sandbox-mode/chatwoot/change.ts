import { isDeepStrictEqual } from 'node:util';
import { addActivity } from './messages.ts';
import type { Actor, Bot, Changed, Conversation, Priority, Status, User } from './records.ts';
import type { World } from './world.ts';

/** What may change about a conversation, and by whom it is done. */
export type Change = Partial<{
  status: Status;
  snoozedUntil: Date | null;
  priority: Priority | null;
  labels: readonly string[];
  assignee: User | Bot | null;
  customAttributes: Record<string, unknown>;
  waitingSince: Date | null;
}>;

/** Applies what differs, writes the activity messages and tells the webhooks, as Chatwoot's callbacks do. */
export function changeConversation(world: World, conversation: Conversation, change: Change, by?: Actor): void {
  const before = describe(conversation);
  Object.assign(conversation, change);
  if (change.status && change.status !== 'snoozed') conversation.snoozedUntil = null;
  // A status other than open ends the customer's wait.
  if (conversation.status === 'resolved') conversation.waitingSince = null;
  const after = describe(conversation);
  const changed = Object.keys(after)
    .filter((key) => !isDeepStrictEqual(before[key], after[key]))
    .map((key): Changed => [key, before[key], after[key]]);
  if (changed.length === 0) return;
  world.touch(conversation);
  for (const text of activities(conversation, changed, by)) addActivity(world, conversation, text);
  if (changed.some(([name]) => name === 'status')) world.emit({ event: 'conversation_status_changed', conversation });
  world.emit({ event: 'conversation_updated', conversation, changed });
}

/** The attributes that fire `conversation_updated` (`Conversation#list_of_keys`), as `changed_attributes` writes them. */
function describe(conversation: Conversation): Record<string, unknown> {
  return {
    status: conversation.status,
    snoozed_until: conversation.snoozedUntil?.toISOString() ?? null,
    priority: conversation.priority,
    label_list: conversation.labels,
    cached_label_list: conversation.labels.join(', ') || null,
    assignee_id: conversation.assignee?.id ?? null,
    custom_attributes: conversation.customAttributes,
    waiting_since: conversation.waitingSince?.toISOString() ?? null,
    first_reply_created_at: conversation.firstReplyAt?.toISOString() ?? null,
  };
}

function activities(conversation: Conversation, changed: readonly Changed[], by: Actor | undefined): string[] {
  const who = nameOf(by);
  return changed.flatMap(([name]): string[] => {
    switch (name) {
      case 'status':
        if (conversation.status === 'open') return [`Conversation was reopened by ${who}`];
        return [`Conversation was marked ${conversation.status} by ${who}`];
      case 'priority':
        return [`${who} set the priority to ${conversation.priority ?? 'none'}`];
      case 'label_list':
        return [`${who} changed the labels to ${conversation.labels.join(', ') || 'none'}`];
      case 'assignee_id':
        return [conversation.assignee ? `Assigned to ${conversation.assignee.name} by ${who}` : `Unassigned by ${who}`];
      default:
        return [];
    }
  });
}

function nameOf(by: Actor | undefined): string {
  if (!by) return 'System';
  return by.kind === 'user' ? by.user.name : by.kind === 'bot' ? by.bot.name : by.contact.name;
}
