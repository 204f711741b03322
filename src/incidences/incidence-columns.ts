import { type RawBuilder, sql } from 'kysely';
import type { IncidenceChange } from './incidence.ts';

/** Every column that a change may set; the compiler refuses a list that lacks one. */
const changeable: Readonly<Record<keyof IncidenceChange, true>> = {
  source: true,
  kind: true,
  account: true,
  externalId: true,
  status: true,
  severity: true,
  severityJudged: true,
  reason: true,
  title: true,
  customerName: true,
  customerEmail: true,
  customerPhone: true,
  message: true,
  url: true,
  stage: true,
  trigger: true,
  appScreen: true,
  cartValue: true,
  eventType: true,
  frictionScore: true,
  place: true,
  property: true,
  page: true,
  assignee: true,
  additionalInfo: true,
  note: true,
  context: true,
  visitorId: true,
  alertCount: true,
  happenedAt: true,
  openedAt: true,
  openSince: true,
  acknowledgedAt: true,
  acknowledgedBy: true,
  firstHumanReplyAt: true,
  visitorLeftAt: true,
  missedAt: true,
  importedAt: true,
  closedAt: true,
  closedBy: true,
  outcome: true,
  deskStatus: true,
  deskVersion: true,
  deskStatusSending: true,
  deskVersionWritten: true,
  deskSeverity: true,
  deskSeveritySending: true,
  deskSnoozedUntil: true,
  replyNonce: true,
  replyStatus: true,
  replyBy: true,
  deskAssignedTo: true,
  snoozedUntil: true,
  snoozedBy: true,
  notAnsweredBy: true,
  forgottenAt: true,
  messageRef: true,
  messageAt: true,
  unanswered: true,
  lastAnswerAt: true,
  waitingSince: true,
  failedReply: true,
  failedReplyAt: true,
  slaMissed: true,
  detailsVersion: true,
  inboxId: true,
  tags: true,
};

const columns = Object.keys(changeable);
const nameInSql = new Map(columns.map((column) => [column, snakeCase(column)]));

/** `a, b, …`, of whatever they are read from. */
export const columnList: RawBuilder<unknown> = sql.join(columns.map((column) => sql.ref(column)));

/** As `json_populate_record` reads it: keys are named like the columns, and what is undefined is left out. */
export function asRecord(values: IncidenceChange): object {
  return Object.fromEntries(
    Object.entries(values).flatMap(([column, value]) => {
      const name = nameInSql.get(column);
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
