import { cleanLine } from '../sources/clean-text.ts';
import type { InboxNotice, Translation } from '../sources/source-event.ts';
import type { Inbox } from './payload.ts';
import { accountOf, type ChatwootPlace } from './place.ts';

/** An inbox event has neither the inbox's id nor its name: its working hours and its channel know them. */
export function translateInbox(inbox: Inbox, state: InboxNotice['state'], place: ChatwootPlace): Translation {
  const { channel } = inbox;
  const account = accountOf([inbox.account?.id], place);
  const id = inbox.working_hours.find((day) => day?.inbox_id !== undefined)?.inbox_id;
  const handle = cleanLine(
    channel?.bot_name ??
      channel?.phone_number ??
      channel?.email ??
      channel?.website_url ??
      channel?.page_id ??
      channel?.instagram_id ??
      '',
    100,
  );
  const inboxKey = id ?? `channel ${channel?.id ?? handle}`;
  const name = [id, handle && `(${handle})`].filter(Boolean).join(' ');
  return {
    kind: 'notice',
    reason: state === 'lost' ? 'inbox-disconnected' : 'inbox-reconnected',
    notice: { state, account, inbox: inboxKey, name },
  };
}
