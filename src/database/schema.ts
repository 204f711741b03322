import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from 'kysely';

type Defaulted<T> = Generated<T>;
type Json<T extends object> = JSONColumnType<T, string, string>;

export type Database = {
  people: {
    id: GeneratedAlways<number>;
    telegramId: number;
    firstName: string;
    lastName: string | null;
    username: string | null;
    role: 'agent' | 'lead' | 'admin';
    createdAt: Date;
    seenAt: Date;
    /** Came by an invitation: then they are on the team in private too. */
    invitedAt: Defaulted<Date | null>;
    /** No longer on the team, whichever chats they are in. */
    removedAt: Defaulted<Date | null>;
    /** The bot could not write to them in private, and said in the team's chat how it can. */
    toldToStartAt: Defaulted<Date | null>;
  };
  /** Links that make whoever opens one a member of the team. */
  invitations: { codeHash: Buffer; role: 'agent' | 'lead'; invitedBy: number; expiresAt: Date };
  members: { chatId: number; telegramId: number; seenAt: Date };
  /** Who people are in the help desk. */
  peopleLinks: {
    personId: number;
    deskUserId: number;
    deskName: string;
    /** Encrypted (people/token-box.ts). */
    token: Buffer;
    linkedAt: Date;
    refusedAt: Date | null;
  };
  peopleNames: { id: number; name: string };
  incidences: {
    id: GeneratedAlways<number>;
    source: 'chatwoot' | 'tawk' | 'alert';
    kind: 'conversation' | 'chat' | 'ticket';
    account: string;
    externalId: string;
    status: 'open' | 'acknowledged' | 'closed';
    severity: 'low' | 'medium' | 'high' | 'critical';
    reason: string | null;
    title: string | null;
    customerName: string | null;
    customerEmail: string | null;
    customerPhone: string | null;
    message: string | null;
    url: string | null;
    stage: 'PRE_ORDER' | 'POST_ORDER' | null;
    trigger: 'USER_INITIATED' | 'AGENT_INITIATED' | null;
    appScreen: string | null;
    cartValue: number | null;
    eventType: string | null;
    frictionScore: number | null;
    place: string | null;
    property: string | null;
    page: string | null;
    assignee: string | null;
    additionalInfo: Json<Record<string, string>>;
    note: string | null;
    /** What the shop's backend sent, `at` in ms since 1970; the newest first. */
    context: Json<readonly { key: string; value: string | number | boolean; at: number }[]>;
    /** The shop's own id of the visitor, proven by a signed marker. */
    visitorId: Defaulted<string | null>;
    alertCount: Defaulted<number>;
    happenedAt: Date;
    openedAt: Date;
    /** When it was opened, released or reopened last; null in rows from before this was kept. */
    openSince: Defaulted<Date | null>;
    acknowledgedAt: Date | null;
    acknowledgedBy: number | null;
    firstHumanReplyAt: Date | null;
    visitorLeftAt: Date | null;
    /** Since when it is a finished chat that nobody answered. */
    missedAt: Defaulted<Date | null>;
    /** When it was read from the source's API, because no webhook had reported it. */
    importedAt: Defaulted<Date | null>;
    closedAt: Date | null;
    closedBy: number | null;
    outcome: 'resolved' | 'no_reply_needed' | 'duplicate' | 'spam' | null;
    /** `deleted`: the desk has the conversation no more. */
    deskStatus: 'open' | 'pending' | 'snoozed' | 'resolved' | 'deleted' | null;
    deskVersion: number | null;
    /** The state that is being written to the desk; until that is known to have succeeded, events with it are our own doing. */
    deskStatusSending: Defaulted<'open' | 'snoozed' | 'resolved' | null>;
    /** The desk's version after we last wrote its state: events up to it report our own change. */
    deskVersionWritten: Defaulted<number | null>;
    /** What the desk's priority stands for, as last known, and what is being written there. */
    deskSeverity: Defaulted<'low' | 'medium' | 'high' | 'critical' | null>;
    deskSeveritySending: Defaulted<'low' | 'medium' | 'high' | 'critical' | null>;
    /** Until when the desk snoozes it, as last known; null where it does not, or where that is not known. */
    deskSnoozedUntil: Defaulted<Date | null>;
    /** The newest reply that was sent from Telegram: its mark in Chatwoot, what became of it, and who wrote it. */
    replyNonce: Defaulted<string | null>;
    replyStatus: Defaulted<'sending' | 'unknown' | 'sent' | 'delivered' | 'read' | 'failed' | null>;
    replyBy: Defaulted<number | null>;
    /** The desk's user whom we assigned it to. */
    deskAssignedTo: Defaulted<number | null>;
    /** Silent until then (`untilReply`: until the customer writes); null once that is over. */
    snoozedUntil: Date | null;
    /** Who snoozed it last; null: it was done in the help desk. */
    snoozedBy: Defaulted<number | null>;
    escalationStep: Defaulted<number>;
    nextDueAt: Date | null;
    /** 1: whoever acknowledged it was reminded to answer since it was acknowledged or answered. */
    answerStep: Defaulted<number>;
    holderRemindedAt: Defaulted<Date | null>;
    /** Who acknowledged it and gave the customer no answer in time, so that it is open again. */
    notAnsweredBy: Defaulted<number | null>;
    version: Defaulted<number>;
    /** Counts who held it, whether it was open, closed or snoozed: a button names the one that was seen. */
    stateVersion: Defaulted<number>;
    updatedAt: Date;
    /** When its personal data was emptied; what changed later is emptied again. */
    forgottenAt: Defaulted<Date | null>;
    /** The source's id of the message that is shown; without a `message`, that one was deleted. */
    messageRef: Defaulted<string | null>;
    /** When the shown message was written, by the source's clock. */
    messageAt: Defaulted<Date | null>;
    /** The customer's messages since the last answer, oldest first, each as `<ms since 1970>:<the source's id>`. */
    unanswered: Defaulted<readonly string[]>;
    /** When a person last answered the customer, by the source's clock. */
    lastAnswerAt: Defaulted<Date | null>;
    /** Since when the help desk says that the customer waits. */
    waitingSince: Defaulted<Date | null>;
    /** Why the newest answer did not reach the customer. */
    failedReply: Defaulted<string | null>;
    failedReplyAt: Defaulted<Date | null>;
    /** Goals of Chatwoot's SLA that were missed: frt, nrt, rt (first reply, next reply, resolution). */
    slaMissed: Defaulted<readonly string[]>;
    /** The desk's version that the details are from, as `deskVersion` is for the state. */
    detailsVersion: Defaulted<number | null>;
    /** The worst severity that was known when a person decided it: only what is worse raises it again. */
    severityJudged: Defaulted<'low' | 'medium' | 'high' | 'critical' | null>;
    /** Chatwoot's own number of the inbox. */
    inboxId: Defaulted<string | null>;
    /** Names, as `incidence_tags` has them, in order: routes ask for them with every event. */
    tags: Defaulted<readonly string[]>;
  };
  /** Answers to customers, written in Telegram. */
  replies: {
    id: GeneratedAlways<number>;
    incidenceId: number;
    personId: number;
    /** As the customer will see it. */
    text: string;
    file: Json<{ id: string; name: string; type: string; bytes: number }> | null;
    channel: string;
    /** `sending`: begun, and whether it arrived is not known yet. */
    state: 'draft' | 'discarded' | 'queued' | 'sending' | 'sent' | 'failed';
    reason: string | null;
    /** With the author's own token, so without their name under it. */
    asSelf: Defaulted<boolean>;
    nonce: string;
    /** The preview in Telegram. */
    chatId: number;
    messageId: number | null;
    createdAt: Date;
  };
  /** What was written back to the help desk about an incidence. */
  deskWrites: {
    incidenceId: number;
    statusAt: Date | null;
    /** The tags that the desk has as labels, as far as we wrote them. */
    labels: Defaulted<readonly string[]>;
    labelsAt: Date | null;
    /** Which state the last note reported, as `noteOf` names it. */
    noted: string | null;
    notedAt: Date | null;
    /** A note that was begun; whether it arrived is known once these are null again. */
    noteSending: string | null;
    noteNonce: string | null;
    /** Two systems fight over the conversation: nothing is written until then. */
    pausedUntil: Date | null;
  };
  incidenceHistory: {
    id: GeneratedAlways<number>;
    incidenceId: number;
    at: Date;
    action: string;
    actorId: number | null;
    actor: string;
    /** HistoryValues (incidences/history.ts), like `after`. */
    before: Json<Record<string, unknown>>;
    after: Json<Record<string, unknown>>;
    note: string | null;
    /** Of what a person did: the columns it changed, before and after. */
    undo: Json<{ before: Record<string, unknown>; after: Record<string, unknown> }> | null;
  };
  tags: { id: GeneratedAlways<number>; name: string; createdAt: Date };
  incidenceTags: { incidenceId: number; tagId: number; addedBy: number | null; addedAt: Date };
  inboundEvents: {
    id: GeneratedAlways<number>;
    source: string;
    event: string;
    deliveryId: string;
    headers: Json<Record<string, string>>;
    body: Buffer;
    receivedAt: Date;
    state: Defaulted<'stored' | 'processed' | 'ignored' | 'duplicate' | 'drift' | 'failed'>;
    reason: string | null;
    attempts: Defaulted<number>;
    retryAt: Date | null;
    processedAt: Date | null;
    contentKey: string | null;
    incidenceId: number | null;
    incidenceVersion: number | null;
    /** The conversation it waits for: it came before anything opened an incidence of it. */
    awaits: Defaulted<string | null>;
    /** Joins the logs of what this event caused. */
    traceId: Defaulted<string | null>;
    /** The first answer to an alert with an Idempotency-Key. */
    answer: ColumnType<unknown, string | undefined, string | null>;
  };
  /** What shops sent about visitors whose chat has not come yet. Texts are '' where it is not known. */
  visitorContexts: {
    key: string;
    chatId: string;
    email: string;
    visitorId: string;
    account: string;
    attributes: Json<readonly { key: string; value: string | number | boolean; at: number }[]>;
    sentAt: Date;
  };
  transcripts: {
    id: GeneratedAlways<number>;
    incidenceId: number;
    durationSeconds: number | null;
    storedAt: Date;
    /** A TranscriptSummary; null in rows from before this was kept. */
    summary: ColumnType<unknown, string | undefined, string | null>;
  };
  transcriptMessages: {
    transcriptId: number;
    position: number;
    sender: 'visitor' | 'agent' | 'system';
    name: string | null;
    text: string;
    at: Date | null;
    attachments: Json<readonly { name: string; url?: string; mimeType?: string; bytes?: number }[]>;
    words: GeneratedAlways<unknown>;
  };
  cards: {
    id: GeneratedAlways<number>;
    incidenceId: number;
    chatId: number;
    threadId: number | null;
    messageId: number;
    menu: Defaulted<'main' | 'outcome' | 'tags' | 'more' | 'severity' | 'snooze' | 'assign'>;
    /** When somebody last used the menu. */
    menuAt: Defaulted<Date | null>;
    shownVersion: number;
    /** How long the first card of an incidence was kept waiting, when that was a minute or more. */
    lateSeconds: number | null;
    /** Of the text and buttons Telegram has: an edit that would change nothing is not sent. */
    contentHash: string | null;
    sentAt: Date;
    goneAt: Date | null;
  };
  deliveries: {
    id: GeneratedAlways<number>;
    lane: string;
    kind: string;
    subject: string;
    incidenceId: number | null;
    payload: Json<Record<string, unknown>>;
    rank: number;
    state: Defaulted<'waiting' | 'folded' | 'sent' | 'obsolete' | 'dead'>;
    /** The revision: every request that joins raises it. Renaming the column would break a rolling upgrade. */
    wish: Defaulted<number>;
    attempts: Defaulted<number>;
    plain: Defaulted<boolean>;
    dueAt: Date;
    createdAt: Date;
    settledAt: Date | null;
    reason: string | null;
    messageId: number | null;
    /** When what waits for a lost chat was also sent to the rescue places. */
    copiedToRescueAt: Defaulted<Date | null>;
    /** Of the event that caused it, the newest where several did. */
    traceId: Defaulted<string | null>;
  };
  deliveryAttempts: {
    id: GeneratedAlways<number>;
    deliveryId: number;
    lane: string;
    at: Date;
    outcome: string;
    detail: string | null;
    ms: number;
  };
  lanes: {
    lane: string;
    pausedUntil: Date | null;
    lostAt: Date | null;
    lostReason: string | null;
    migratedTo: number | null;
    answeredAt: Generated<Date[]>;
  };
  tawkImports: {
    propertyId: string;
    startedAt: Date;
    /** Of chats. */
    caughtUpTo: Date;
    /** Null until the first time. */
    ticketsCaughtUpTo: Defaulted<Date | null>;
  };
  storms: {
    id: GeneratedAlways<number>;
    lane: string;
    chatId: number;
    threadId: number | null;
    messageId: number | null;
    startedAt: Date;
    endedAt: Date | null;
    /** How many cards it took in so far. */
    folded: Defaulted<number>;
  };
  /** Who took which customers' data out of Bellhop. `count`: of incidences, or of transcripts. */
  exports: {
    id: GeneratedAlways<number>;
    personId: number;
    kind: 'incidences' | 'transcripts';
    opensFrom: Date;
    opensTo: Date;
    count: number;
    takenAt: Date;
  };
  /** Who is reminded where; `settledAt`: sent, or found to be no longer true. */
  reminders: {
    id: GeneratedAlways<number>;
    incidenceId: number;
    about: 'open' | 'answer' | 'reopened';
    whom: 'duty' | 'leads' | 'everyone' | 'holder';
    chatId: number;
    threadId: number | null;
    at: Date;
    settledAt: Defaulted<Date | null>;
    messageId: Defaulted<number | null>;
  };
  duty: {
    id: GeneratedAlways<number>;
    personId: number;
    since: Date;
    /** Null: until they end it. */
    until: Date | null;
    endedAt: Defaulted<Date | null>;
    /** Where they came on duty: a notice of the end goes there. */
    chatId: number;
    threadId: number | null;
  };
  /** What somebody held who went off duty. */
  handovers: {
    id: GeneratedAlways<number>;
    personId: number;
    incidenceIds: Json<readonly number[]>;
    chatId: number;
    threadId: number | null;
    messageId: Defaulted<number | null>;
    at: Date;
    takenBy: Defaulted<number | null>;
    takenAt: Defaulted<Date | null>;
  };
  /** What was asked for in a list that has several pages. */
  lists: {
    id: GeneratedAlways<number>;
    command: 'open' | 'find';
    words: string;
    /** Who asked: `mine` means theirs, whoever turns the page. */
    personId: number;
    at: Date;
  };
  /** What /find looks through. */
  incidenceSearch: {
    incidenceId: number;
    words: unknown;
    /** Of all messages that were shown so far: an incidence keeps the newest alone. */
    said: unknown;
    email: string | null;
    phone: string | null;
    visitorId: string | null;
    /** Of the incidence, when it was read; null: it is to be read anew. */
    version: number | null;
  };
  /** Up to which entry of the history the search has followed: one row. */
  searchProgress: { historyId: number };
  /** What happened in each past hour, counted once: of everything ('all') and of each group. */
  statsHours: {
    /** 'all', one of stats/numbers.ts, or of stats/friction-store.ts: those with `sums` and without durations. */
    grouping: string;
    begins: Date;
    name: string;
    ends: Date;
    /** As stats/tally.ts packs them, like `durations`. */
    counts: readonly number[];
    durations: Buffer;
    sums: readonly number[] | null;
  };
  /** Up to which entry of the history the hours have followed, and the settings that they were counted by: one row. */
  statsProgress: { historyId: number; settings: string };
  searchTerms: { term: string; seenAt: Date };
  reconcilers: {
    source: string;
    coveredUntil: Date;
    succeededAt: Defaulted<Date | null>;
    failedAt: Defaulted<Date | null>;
    failures: Defaulted<number>;
    lastError: Defaulted<string | null>;
    askedUntil: Defaulted<number>;
  };
  /** What proves who reads the dashboard. */
  signIns: { secretHash: Buffer; kind: 'link' | 'session'; personId: number; expiresAt: Date };
  settings: { key: string; value: ColumnType<unknown, string, string>; changedAt: Date };
  settingChanges: {
    id: GeneratedAlways<number>;
    key: string;
    change: string;
    changedBy: number;
    changedAt: Date;
    /** What `Undo` goes back to, and what must still be there when it does. */
    before: ColumnType<unknown, string | null | undefined, string | null>;
    after: ColumnType<unknown, string | null | undefined, string | null>;
  };
  /** Presses that were refused and belong to no incidence. */
  refusedPresses: {
    id: GeneratedAlways<number>;
    actor: string;
    wanted: string;
    reason: string;
    /** How often that day. */
    times: Defaulted<number>;
    at: Date;
  };
  routes: {
    id: GeneratedAlways<number>;
    chatId: number;
    threadId: number | null;
    title: string;
    conditions: Json<readonly object[]>;
    lostAt: Defaulted<Date | null>;
    lostReason: Defaulted<string | null>;
    createdBy: number | null;
    createdAt: Date;
  };
  quietChats: {
    chatId: number;
    /** Where it was set last: the summary goes there. */
    threadId: number | null;
    /** Minutes of the local day; an end before the start is on the next day. */
    fromMinute: number | null;
    toMinute: number | null;
    mutedUntil: Date | null;
    /** The quiet time that has begun, and when its summary is due. */
    quietSince: Date | null;
    dueAt: Date | null;
  };
  botDialogs: { key: string; state: ColumnType<unknown, string, string>; updatedAt: Date };
  telegramUpdates: {
    id: GeneratedAlways<number>;
    botId: number;
    updateId: number;
    /** Null once it is handled. */
    body: Buffer | null;
    receivedAt: Date;
    handledAt: Date | null;
  };
  telegramWebhooks: { botId: number; url: string; setAt: Date };
};
