import { html } from '../../views/html.ts';
import { counted } from './words.ts';

/** The files of a finished chat and the caption above them. */
export const transcript = {
  language: 'en',
  title: (id: number) => `Transcript of #${id}`,
  customer: (names: string) => `Customer: ${names === '' ? 'unknown' : names}`,
  property: (name: string) => `Property: ${name}`,
  messages: (count: number) => `Messages: ${count}`,
  visitor: 'Visitor',
  anonymous: 'Unknown visitor',
  agent: (name: string | null) => `${name ?? 'Agent'} (agent)`,
  system: (name: string | null) => `${name ?? 'System'} (system)`,
  length: (messages: number, lasted: string | undefined) =>
    html`${counted(messages, 'message')}${lasted === undefined ? '' : ` in ${lasted}`}`,
  firstAnswer: (after: string) => html`First answer after ${after}`,
  nobodyAnswered: html`No agent replied`,
  filesForbidden: (id: number) =>
    html`Files are not allowed in this chat. Allow me to send files here, or send me /transcript ${id} in private.`,
  /** Of the page alone. */
  page: {
    property: 'Property',
    place: 'Place',
    messages: 'Messages',
    roles: { visitor: 'visitor', agent: 'agent', system: 'system' },
    agent: 'Agent',
    system: 'System',
    /** A luxon format. */
    day: 'cccc, d LLLL yyyy',
    empty: 'This chat has no messages.',
    noLink: 'no link',
    times: (zone: string) => `Times in ${zone}`,
  },
};
