import type { Database } from '../schema.ts';

/** Everything in the database that is Bellhop's; a schema may hold tables of other programs as well. */
const relations: Readonly<Record<keyof Database, 'table' | 'view'>> = {
  people: 'table',
  invitations: 'table',
  members: 'table',
  peopleLinks: 'table',
  peopleNames: 'view',
  incidences: 'table',
  replies: 'table',
  deskWrites: 'table',
  incidenceHistory: 'table',
  tags: 'table',
  incidenceTags: 'table',
  inboundEvents: 'table',
  visitorContexts: 'table',
  transcripts: 'table',
  transcriptMessages: 'table',
  cards: 'table',
  deliveries: 'table',
  deliveryAttempts: 'table',
  lanes: 'table',
  tawkImports: 'table',
  storms: 'table',
  reminders: 'table',
  duty: 'table',
  handovers: 'table',
  lists: 'table',
  incidenceSearch: 'table',
  searchProgress: 'table',
  statsHours: 'table',
  statsProgress: 'table',
  searchTerms: 'table',
  reconcilers: 'table',
  settings: 'table',
  settingChanges: 'table',
  refusedPresses: 'table',
  botDialogs: 'table',
  telegramUpdates: 'table',
  telegramWebhooks: 'table',
  exports: 'table',
  signIns: 'table',
  quietChats: 'table',
  routes: 'table',
};

/** The tables, by their names in SQL. */
export const ownTables: readonly string[] = Object.entries(relations)
  .filter(([, kind]) => kind === 'table')
  .map(([name]) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
