import type { Severity } from '../sources/severity.ts';
import { judge, type SeverityRules } from '../sources/severity-rules.ts';
import type { Conversation } from './payload.ts';

/** How bad a conversation is, by the rules of the team: labels and attributes, the priority in Chatwoot, then the words. */
export function severityOf(conversation: Conversation, text: string | undefined, rules: SeverityRules): Severity {
  const { labels = [], priority, meta } = conversation;
  const attributes = { ...objectOf(meta?.sender?.custom_attributes), ...objectOf(conversation.custom_attributes) };
  const graded = deskSeverityOf(priority) ?? undefined;
  return judge({ labels, attributes, priority: graded, text: text ?? '' }, rules).severity;
}

/** Whether something other than the customer's words says how bad it is. */
export function isGraded(conversation: Conversation, rules: SeverityRules): boolean {
  if (conversation.priority) return true;
  if (Object.keys(rules.labels).length + Object.keys(rules.attributes).length === 0) return false;
  return severityOf(conversation, undefined, { ...rules, words: {} }) !== 'medium';
}

/** What the priority stands for; null without one, undefined where it is not known. */
export function deskSeverityOf(priority: Conversation['priority']): Severity | null | undefined {
  return priority === 'urgent' ? 'critical' : priority;
}

export function priorityOf(severity: Severity): NonNullable<Conversation['priority']> {
  return severity === 'critical' ? 'urgent' : severity;
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
