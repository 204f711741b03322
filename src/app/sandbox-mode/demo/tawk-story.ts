import type { Subject } from '../../../sources/source-event.ts';
import { chatEnd, chatStart, type SampleChat, ticketCreate } from '../samples/tawk-sample.ts';
import type { DemoStep } from './step.ts';

type Line = Readonly<{ at: Date; by: 'visitor' | 'agent'; text: string; name?: string }>;
type Ticket = Parameters<typeof ticketCreate>[0];

/** The bodies that Tawk.to sends in the life of one chat; `context` is what the shop's page attached to the visitor. */
export function tawkStory(chat: SampleChat, context: Readonly<Record<string, string | number>>) {
  const event = (at: Date, name: string, body: object): DemoStep => ({
    at,
    kind: 'event',
    source: 'tawk',
    event: name,
    body: { ...body, event: name },
  });
  const { name, email, city, country } = chat.customer;
  const visitor = { name, email, city, country, customAttributes: context };
  const property = { id: '66b1d0a4c2f7e95310ab42de', name: 'Sample Shop' };
  const subject: Subject = { source: 'tawk', kind: 'chat', account: property.id, externalId: chat.chatId };
  return {
    subject,
    started: (at: Date) => event(at, 'chat:start', { ...chatStart(chat, at), visitor }),
    ended: (at: Date) => event(at, 'chat:end', chatEnd(chat, at)),
    transcript: (at: Date, lines: readonly Line[]) => {
      const messages = lines.map((line) => ({
        sender: line.by === 'agent' ? { t: 'a', n: line.name ?? 'Mira' } : { t: 'v' },
        msg: line.text,
        type: 'msg',
        time: line.at.toISOString(),
      }));
      const body = { time: at.toISOString(), property, chat: { id: chat.chatId, visitor, messages } };
      return event(at, 'chat:transcript_created', body);
    },
  };
}

export function ticketStep(at: Date, ticket: Ticket, id: string): DemoStep & { kind: 'event' } {
  const body = ticketCreate(ticket, at);
  const named = { ...body, ticket: { ...ticket, id } };
  return { at, kind: 'event', source: 'tawk', event: 'ticket:create', body: named };
}

/** What the shop's own server tells once the customer has ordered after all. */
export function orderStep(at: Date, email: string, order: number): DemoStep {
  return {
    at,
    kind: 'event',
    source: 'shop',
    event: 'context',
    body: { email, attributes: { order_id: `A-${order}` } },
  };
}
