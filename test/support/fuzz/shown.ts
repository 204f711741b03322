import fc from 'fast-check';
import type { InlineKeyboard } from 'grammy';
import { checkMarkup, formatText } from 'telegram-sandbox';
import { decideOnEvent } from '../../../src/incidences/decide-on-event.ts';
import { type IncidenceChange, longestNote } from '../../../src/incidences/incidence.ts';
import type { IncidenceView } from '../../../src/incidences/incidence-view-store.ts';
import { allShown, cardFields, type CardSettings } from '../../../src/settings/card-settings.ts';
import { cleanLine } from '../../../src/sources/clean-text.ts';
import type { SourceEvent } from '../../../src/sources/source-event.ts';
import { readAttributes } from '../../../src/sources/visitor-context.ts';
import type { Locale } from '../../../src/telegram/locale.ts';
import { textsIn } from '../../../src/telegram/texts/texts.ts';
import { tagName } from '../../../src/incidences/tag-store.ts';
import { type Html, plainText } from '../../../src/telegram/views/html.ts';
import { incidenceCard, longestText } from '../../../src/telegram/views/incidence-card.ts';
import type { Menu } from '../../../src/telegram/views/incidence-keyboard.ts';
import * as notes from '../../../src/telegram/views/notes.ts';
import { openList } from '../../../src/telegram/views/open-list.ts';
import { shownIncidence, shownText } from '../../../src/telegram/views/shown-incidence.ts';
import { contactToast } from '../../../src/telegram/views/toasts.ts';
import { transcriptCaption, transcriptText, withoutFile } from '../../../src/telegram/views/transcript.ts';
import { transcriptPage } from '../../../src/telegram/views/transcript-page.ts';
import { clip } from '../../../src/transcripts/clip.ts';
import { transcriptFileName } from '../../../src/transcripts/file-name.ts';
import { summarize } from '../../../src/transcripts/summary.ts';
import { nastyText } from './mutate.ts';

const now = new Date('2026-11-26T12:00:00Z');
const texts = textsIn('en');

/** Characters (Bot API: captions; answerCallbackQuery). */
const longestCaption = 1024;
const longestToast = 200;

const untouched: IncidenceView = {
  id: 2_147_483_647,
  source: 'chatwoot',
  kind: 'conversation',
  account: '1',
  externalId: '1',
  status: 'open',
  severity: 'medium',
  reason: null,
  title: null,
  customerName: null,
  customerEmail: null,
  customerPhone: null,
  message: null,
  url: null,
  stage: null,
  trigger: null,
  appScreen: null,
  cartValue: null,
  eventType: null,
  frictionScore: null,
  place: null,
  property: null,
  page: null,
  assignee: null,
  additionalInfo: {},
  note: null,
  context: [],
  visitorId: null,
  alertCount: 0,
  happenedAt: now,
  openedAt: now,
  openSince: now,
  acknowledgedAt: null,
  acknowledgedBy: null,
  firstHumanReplyAt: null,
  visitorLeftAt: null,
  missedAt: null,
  importedAt: null,
  closedAt: null,
  closedBy: null,
  outcome: null,
  deskStatus: null,
  deskVersion: null,
  deskSnoozedUntil: null,
  deskStatusSending: null,
  deskVersionWritten: null,
  deskSeverity: null,
  deskSeveritySending: null,
  replyNonce: null,
  replyStatus: null,
  replyBy: null,
  deskAssignedTo: null,
  snoozedUntil: null,
  snoozedBy: null,
  escalationStep: 0,
  nextDueAt: null,
  answerStep: 0,
  holderRemindedAt: null,
  notAnsweredBy: null,
  version: 1,
  stateVersion: 1,
  updatedAt: now,
  forgottenAt: null,
  messageRef: null,
  messageAt: null,
  unanswered: [],
  lastAnswerAt: null,
  waitingSince: null,
  failedReply: null,
  failedReplyAt: null,
  slaMissed: [],
  detailsVersion: null,
  severityJudged: null,
  inboxId: null,
  tags: [],
  acknowledgedByName: null,
  closedByName: null,
  notAnsweredByName: null,
  snoozedByName: null,
  replyByName: null,
  deskPausedUntil: null,
  transcript: null,
  siblings: [],
};

/** What the team and the desk did to an incidence meanwhile, and how the team wants to see it. */
export type Handled = Readonly<{
  change: Partial<IncidenceView>;
  menu: Menu;
  settings: CardSettings;
  isFolded: boolean;
  lateSeconds: number | null;
}>;

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
/** People's names and tags are cleaned where they come in. */
const name = nastyText.map((text) => cleanLine(text) || 'Ana');
const tag = nastyText.map((text) => tagName(text) || 'vip');
const instant = fc.constantFrom(new Date(0), now, new Date('2026-11-26T09:00:00Z'), new Date('2031-02-28T23:59:59Z'));

const change: fc.Arbitrary<Partial<IncidenceView>> = fc.record(
  {
    status: fc.constantFrom('open', 'acknowledged', 'closed'),
    outcome: fc.constantFrom(null, 'resolved', 'spam'),
    deskStatus: fc.constantFrom(null, 'open', 'pending', 'snoozed', 'resolved', 'deleted'),
    replyStatus: fc.constantFrom(null, 'sending', 'unknown', 'sent', 'delivered', 'read', 'failed'),
    acknowledgedByName: maybe(name),
    closedByName: maybe(name),
    snoozedByName: maybe(name),
    replyByName: maybe(name),
    notAnsweredBy: fc.constantFrom(null, 1),
    notAnsweredByName: maybe(name),
    note: maybe(nastyText.map((text) => clip(text.toWellFormed(), longestNote))),
    tags: fc.array(tag, { maxLength: 20 }),
    alertCount: fc.constantFrom(0, 1, 1_000_000),
    acknowledgedAt: maybe(instant),
    firstHumanReplyAt: maybe(instant),
    snoozedUntil: maybe(instant),
    waitingSince: maybe(instant),
    visitorLeftAt: maybe(instant),
    missedAt: maybe(instant),
    deskPausedUntil: maybe(instant),
    siblings: fc.array(
      fc.record({
        id: fc.nat(),
        status: fc.constantFrom('open' as const, 'closed' as const),
        closedAt: maybe(fc.constant(0)),
      }),
      { maxLength: 3 },
    ),
    context: fc
      .dictionary(nastyText, fc.oneof(nastyText, fc.double(), fc.boolean()), { maxKeys: 30 })
      .map((attributes) => readAttributes(attributes, now).map((one) => ({ ...one, at: now.getTime() }))),
  },
  { requiredKeys: [] },
);

const menu: fc.Arbitrary<Menu> = fc.oneof(
  fc.constantFrom<Menu>({ kind: 'main' }, { kind: 'outcome' }, { kind: 'severity' }, { kind: 'snooze' }),
  fc.record({
    kind: fc.constant('more' as const),
    last: fc
      .option(
        fc.record({
          historyId: fc.nat(),
          action: fc.constantFrom('close', 'acknowledge', 'something new'),
          actor: name,
          at: instant,
          undo: fc.constant({ before: {}, after: {} }),
        }),
      )
      .map((last) => last ?? undefined),
  }),
  fc.record({
    kind: fc.constant('assign' as const),
    team: fc.array(fc.record({ id: fc.nat(), name, isOnDuty: fc.boolean() }), { maxLength: 40 }),
  }),
  fc.record({
    kind: fc.constant('tags' as const),
    known: fc.array(fc.record({ id: fc.nat(), name: tag }), { maxLength: 40 }),
  }),
);

export const handled: fc.Arbitrary<Handled> = fc.record({
  change,
  menu,
  settings: fc
    .tuple(fc.boolean(), fc.subarray([...cardFields], { maxLength: 3 }))
    .map(([areContactsHidden, hidden]) => ({
      ...allShown,
      areContactsHidden,
      hidden: { chatwoot: hidden, tawk: hidden, alert: [] },
    })),
  isFolded: fc.boolean(),
  lateSeconds: fc.constantFrom(null, 0, 100_000),
});

/** An incidence after an event, opened by it or there before. Undefined where nothing of it is stored. */
export function viewAfter(event: SourceEvent): IncidenceView | undefined {
  const when = { receivedAt: now, now };
  const opening = decideOnEvent(undefined, event, when);
  const { source, kind, account, externalId } = event.subject;
  const before = { ...untouched, source, kind, account, externalId };
  if (opening.kind === 'open') return { ...before, ...present(opening.row) };
  const decision = decideOnEvent(before, event, when);
  if (decision.kind !== 'change') return undefined;
  const { change } = event;
  const transcript = change.kind === 'transcript' ? summarize(change.transcript, null) : null;
  return { ...before, ...present(decision.change), transcript };
}

function present(columns: IncidenceChange): Partial<IncidenceView> {
  const given = Object.entries(columns).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

/** Throws where anything that shows this incidence is refused by Telegram, or says anything but what it was given. */
export function checkShown(
  incidence: IncidenceView,
  event: SourceEvent,
  { settings, menu, isFolded, lateSeconds, change }: Handled,
): void {
  const locale: Locale = {
    zone: 'Asia/Kolkata',
    dateLanguage: () => 'hi',
    currency: 'INR',
    texts,
    offersReply: true,
    adminIds: [],
    cards: () => settings,
  };
  const shown = shownIncidence({ ...incidence, ...change }, settings);
  const card = incidenceCard(shown, menu, locale, { lateSeconds, earlierAt: now, isFolded });
  checkHtml(card.text, longestText);
  checkKeyboard(card.keyboard);
  const list = openList(
    {
      incidences: Array.from({ length: 10 }, () => shown),
      cards: [],
      count: { matching: 30, before: 10, all: 40, unprocessed: 1 },
      words: shown.tags,
      listId: 1,
      here: undefined,
    },
    now,
    locale,
  );
  checkHtml(list.text, longestText);
  checkKeyboard(list.keyboard);
  for (const note of [
    notes.severityNote(shown, texts),
    notes.reopenedNote(shown, texts),
    notes.missedNote(shown, texts),
    notes.sendFailedNote(shown, texts),
    notes.handoverNote(shown, texts),
  ]) {
    checkHtml(note, longestText);
  }
  checkLength(contactToast(shown), longestToast);
  if (event.change.kind !== 'transcript') return;
  const messages = event.change.transcript.messages.map((one) => ({
    ...one,
    name: one.name ?? null,
    at: one.at ?? null,
    attachments: one.attachments.map(({ name, url = null, mimeType = null, bytes = null }) => ({
      name,
      url,
      mimeType,
      bytes,
    })),
    text: shownText(one.text, settings),
  }));
  const caption = transcriptCaption(shown, messages as never, texts);
  checkHtml(caption, longestCaption);
  checkHtml(withoutFile(caption, shown.id, texts), longestText);
  checkPage(transcriptPage(shown, messages as never, locale));
  if (!transcriptText(shown, messages as never, locale).isWellFormed()) throw new Error('the transcript is not text');
  if (/[/\\\0]/.test(transcriptFileName(shown.id, shown.customerName, 'html')))
    throw new Error('a name leaves its directory');
}

/** As Telegram reads it, it says the same as without its tags, and links to nothing but the web and people. */
function checkHtml(text: Html, longest: number): void {
  const limit = { longest, tooLong: 'message is too long', mayBeEmpty: false };
  const read = formatText({ text: text.html, parseMode: 'HTML' }, limit);
  const plain = formatText({ text: plainText(text) }, limit);
  if (read.text !== plain.text)
    throw new Error(`read as ${JSON.stringify(read.text)}, meant ${JSON.stringify(plain.text)}`);
  for (const { url } of read.entities) {
    if (url !== undefined && !/^(https?:|tg:)/.test(url)) throw new Error(`links to ${url}`);
  }
}

function checkKeyboard(keyboard: InlineKeyboard): void {
  checkMarkup(JSON.parse(JSON.stringify(keyboard)) as Record<string, unknown>, false);
}

function checkLength(text: string, longest: number): void {
  if ([...text].length > longest) throw new Error(`${[...text].length} characters, ${longest} are allowed`);
}

/** Whatever customers wrote opens no tag of its own. */
function checkPage(page: string): void {
  const tags = new Set(Array.from(page.matchAll(/<([a-z!/][^\s>]*)/gi), ([, tag]) => tag));
  for (const tag of ['script', 'iframe', 'img', 'svg', 'form', 'input', 'object']) {
    if (tags.has(tag)) throw new Error(`the page has <${tag}>`);
  }
  if (/href="(?!https?:)/i.test(page)) throw new Error('the page links to something else than the web');
}

/** PostgreSQL takes neither U+0000 nor half a character. */
export function checkStorable(value: unknown): void {
  const text = JSON.stringify(value);
  if (/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/i.test(text)) throw new Error(`cannot be stored: ${text}`);
}
