import type { Entity } from '../entities.ts';

/** What the page and its server exchange. Types only: the browser never loads this file. */

export type WirePerson = { id: number; name: string; firstName: string; username?: string; role: string };
export type WireTopic = { threadId: number; name: string; closed: boolean };
export type WireChat = {
  id: number;
  type: 'private' | 'group' | 'supergroup';
  title: string;
  forum: boolean;
  generalClosed: boolean;
  topics: WireTopic[];
  /** Ids of people who are in it. */
  present: number[];
  /** Started and not blocked; groups always. */
  writable: boolean;
};

export type WireFile = { id: string; name: string; mime: string; size: number; width?: number; height?: number };
export type WireButton = {
  text: string;
  kind: 'callback' | 'url' | 'copy' | 'disabled' | 'other';
  url?: string;
  style?: string;
};
export type WireReply = { id: number; name: string; text: string };
export type WireMessage = {
  chatId: number;
  id: number;
  threadId?: number;
  /** Unix seconds. */
  date: number;
  edited: boolean;
  fromId: number;
  fromName: string;
  isBot: boolean;
  text?: string;
  entities?: Entity[];
  document?: WireFile;
  photo?: WireFile;
  /** HTML of a rich message, to be shown as text. */
  rich?: string;
  service?: string;
  keyboard?: WireButton[][];
  forceReply?: { placeholder?: string; selective: boolean };
  replyTo?: number;
  reply?: WireReply;
  reactions: { by: number; emoji: string }[];
  ephemeralFor?: number;
};

export type WireCall = {
  id: number;
  method: string;
  at: number;
  ok: boolean;
  code?: number;
  description?: string;
  fault?: string;
  /** Where it was about, as far as it says. */
  chatId?: number;
  threadId?: number;
  params: string;
};

export type FaultKind = 'retry-after' | '500' | '502' | 'reset-before' | 'reset-after' | 'hang' | 'outage';
export type WireFault = { id: number; kind: FaultKind; remaining: number | null; until: number | null };
export type WireConditions = { flood: 'off' | 'realistic' | 'harsh'; faults: WireFault[]; ahead: number };
/** Steps to try first; words between two ** are bold. */
export type Welcome = { about: string; steps: WelcomeStep[] };
export type WelcomeStep = {
  id: string;
  text: string;
  /** A button in front of the text: sends this sample, or types this text. */
  button?: { label: string; sample: string } | { label: string; type: string };
  /** What ticks the step: a sample was sent, a text typed that begins so, or the bot's message has buttons or matches. */
  doneBy: { sampleSent: true } | { typed: string } | { botButtons: true } | { botText: string };
};
export type WireSample = { name: string; label: string; about: string; group: string; tone: string };

/** A page of the sandbox's owner in the panel, at `tabs/<name>/`. */
export type WireTab = { name: string; label: string };

export type FullState = {
  bot: { id: number; name: string; username: string };
  people: WirePerson[];
  chats: WireChat[];
  /** The last of every chat and topic, oldest first. */
  messages: WireMessage[];
  /** Keys of the views that have older ones. */
  olderIn: string[];
  calls: WireCall[];
  refusals: number;
  conditions: WireConditions;
  samples: WireSample[];
  samplesAbout?: string;
  welcome?: Welcome;
  tabs: WireTab[];
};
export type Change = {
  chats?: WireChat[];
  people?: WirePerson[];
  conditions?: WireConditions;
  messages?: WireMessage[];
  /** Keys of views of which only the last messages were sent: what the page has of them is out of date. */
  restarted?: string[];
  deleted?: { chatId: number; ids: number[] }[];
  calls?: WireCall[];
  refusals?: number;
};
export type PressResult = {
  press: string;
  answered: boolean;
  text?: string;
  alert?: boolean;
  url?: string;
  copied?: string;
  error?: string;
};
/** `status` 0: no answer came, `answer` says why. */
export type SampleStep = { method: string; path: string; about: string; status: number; ms: number; answer: unknown };
export type SampleResult = { ok: boolean; steps: SampleStep[] };
