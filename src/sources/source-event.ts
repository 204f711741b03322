import type { Transcript } from '../transcripts/transcript.ts';
import type { Severity } from './severity.ts';
import type { VisitorContext } from './visitor-context.ts';

export const sourceNames = ['chatwoot', 'tawk', 'alert'] as const;
export type SourceName = (typeof sourceNames)[number];

/** What sends to us. `shop`: a shop's backend, which describes visitors; no incidence is its own. */
export type SenderName = SourceName | 'shop';

/**
 * Which conversation or ticket a source refers to.
 * `account` is Chatwoot's account id or Tawk's property id; '' where the source does not send it,
 * which matches an incidence of any account.
 */
export type Subject = Readonly<{
  source: SourceName;
  kind: 'conversation' | 'chat' | 'ticket';
  account: string;
  externalId: string;
}>;

/** What happened, in the words of the product. */
export type SourceChange =
  /** The customer's own bot asks for a person. Joins the open incidence or opens one. */
  | Readonly<{ kind: 'alerted'; severity: Severity; reason: string }>
  /**
   * The customer started or continued the conversation: opens, updates or (when closed) reopens. `importedAt`: it was
   * read from the source's API then; that only opens, and a webhook of what happened before reopens nothing.
   */
  | Readonly<{
      kind: 'wrote';
      severity: Severity;
      trigger: 'USER_INITIATED' | 'AGENT_INITIATED';
      importedAt?: Date;
      /** The desk's state when it told of the message, which may be later than when it was written. */
      status?: DeskStatus | undefined;
    }>
  /** The words of a voice message came later than the message itself. */
  | Readonly<{ kind: 'transcribed'; severity: Severity }>
  /** The customer rated the conversation, badly. `rating`: 1 (worst) to 5. An alert; reopens what was closed. */
  | Readonly<{ kind: 'rated'; severity: Severity; rating: number; status: DeskStatus | undefined }>
  /** A message of the team did not reach the customer. Opens nothing. */
  | Readonly<{ kind: 'send-failed'; reason: string; nonce?: string | undefined }>
  /** What became of a reply that we sent (`nonce`: the mark it carries). Opens nothing. */
  | Readonly<{ kind: 'receipt'; nonce: string; status: 'sent' | 'delivered' | 'read' }>
  /** A message was deleted: it leaves the card. Opens nothing. */
  | Readonly<{ kind: 'deleted' }>
  /** A person of the team answered the customer. Opens nothing. */
  | Readonly<{ kind: 'answered'; by: string | undefined }>
  /**
   * The desk's own state of the conversation, compared with the state stored before. `needsPerson`: an unknown open
   * conversation opens an incidence (it is new, became open, or its customer waits: `waiting_since` > 0).
   */
  | Readonly<{
      kind: 'status';
      status: DeskStatus;
      /** Until when the desk snoozes it, where it says so; null: until the customer writes. */
      snoozedUntil?: Date | null | undefined;
      needsPerson: boolean;
      severity: Severity | undefined;
      /** What the desk's own priority stands for; null without one, undefined where the event does not say. */
      deskSeverity?: Severity | null | undefined;
      /** Goals of the desk's SLA that were missed; undefined where the event says nothing of them. */
      slaMissed?: readonly string[] | undefined;
    }>
  /** The visitor's chat ended by inactivity: not a resolution. */
  | Readonly<{ kind: 'visitor-left' }>
  /** The messages of a finished chat. */
  | Readonly<{ kind: 'transcript'; transcript: Transcript }>;

/** Chatwoot's conversation states. Only `open` needs a person; `pending` is with a bot. */
export type DeskStatus = 'open' | 'pending' | 'snoozed' | 'resolved';

/** What the source knows; a field it does not know is absent and overwrites nothing. */
export type Details = Readonly<
  Partial<{
    title: string;
    customerName: string;
    customerEmail: string;
    customerPhone: string;
    /** The shop's own id of the customer, proven by the shop. */
    visitorId: string;
    /** The customer's own words, whole; views clip them. */
    message: string;
    url: string;
    stage: 'PRE_ORDER' | 'POST_ORDER';
    appScreen: string;
    cartValue: number;
    eventType: string;
    frictionScore: number;
    /** City and country of a visitor. */
    place: string;
    /** Name of the Tawk property or Chatwoot inbox. */
    property: string;
    /** Chatwoot's own number of the inbox. */
    inboxId: string;
    /** The page the visitor is on. */
    page: string;
    /** null: nobody is assigned. */
    assignee: string | null;
    /** Since when the customer waits, as the desk counts; null: the customer does not wait. */
    waitingSince: Date | null;
    /** What else the sender attached, shown as `key: value` lines; an empty value removes its key. */
    additionalInfo: Readonly<Record<string, string>>;
  }>
>;

export type SourceEvent = Readonly<{
  subject: Subject;
  change: SourceChange;
  details: Details;
  /** When it happened by the source's clock; undefined where the source does not send a time. */
  at: Date | undefined;
  /** The source's version of the subject (Chatwoot's `updated_at`, seconds): an older one changes no state. */
  version: number | undefined;
  /** The message that `details.message` is, or that the change is about: its id in the source, and when it was written. */
  message?: Readonly<{ ref: string; at: Date | undefined }> | undefined;
  /** The `contentKey` of an event that makes this message void: it was deleted. */
  voidedBy?: string | undefined;
  /** Equal for two deliveries of the same happening under different delivery ids; undefined where two are never the same. */
  contentKey: string | undefined;
}>;

/** An alert refers to a Chatwoot conversation: both are one incidence. */
export function family(subject: Pick<Subject, 'source'>): Subject['source'][] {
  return subject.source === 'tawk' ? ['tawk'] : ['chatwoot', 'alert'];
}

/** What a stored event means. `drift`: a signed event we do not know or cannot read, kept and reported to the admins. */
export type Translation =
  | Readonly<{ kind: 'event'; event: SourceEvent }>
  | Readonly<{ kind: 'notice'; reason: string; notice: InboxNotice }>
  | Readonly<{ kind: 'ignored'; reason: string }>
  | Readonly<{ kind: 'drift'; reason: string }>;

/** An inbox lost its connection to the outside, or has it again: no customer is concerned, but the admins are. */
export type InboxNotice = Readonly<{ state: 'lost' | 'back'; account: string; inbox: string; name: string }>;

/** A source's reading of its own stored events. Pure; must not throw on any body (what it cannot read is drift). */
export type Translate = (stored: Stored) => Translation;

export type Stored = Readonly<{
  event: string;
  rawBody: Buffer;
  receivedAt: Date;
  /** Those that were kept, by lower-case name. */
  headers?: Readonly<Record<string, string>>;
}>;

/** What a shop's backend sent; or it cannot be read any more. */
export type ContextTranslation =
  | Readonly<{ kind: 'context'; context: VisitorContext }>
  | Extract<Translation, { kind: 'drift' }>;

/** The reading of whatever is stored, by the sources and by the shop. */
export type ReadStored = (stored: Stored) => Translation | ContextTranslation;
