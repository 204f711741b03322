import type { Severity } from '../sources/severity.ts';
import { severityOfText } from '../sources/severity-of-text.ts';
import type { Conversation } from './payload.ts';

/** The conversation's priority in Chatwoot where one is set, else the severity of the words. */
export function severityOf(conversation: Conversation, text: string | undefined): Severity {
  if (!conversation.priority) return severityOfText(text ?? '');
  return conversation.priority === 'urgent' ? 'critical' : conversation.priority;
}
