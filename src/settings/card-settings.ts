import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Db, Trx } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import { editAllCards } from '../incidences/edit-cards.ts';
import { sourceNames } from '../sources/source-event.ts';
import * as settingStore from './setting-store.ts';

export const cardsKey = 'cards';

/** Lines of a card that a team may do without. */
export const cardFields = [
  'email',
  'phone',
  'place',
  'property',
  'page',
  'stage',
  'screen',
  'cart',
  'event',
  'friction',
  'info',
] as const;
export type CardField = (typeof cardFields)[number];

const fields = z.array(z.enum(cardFields)).catch([]);
const stored = z.object({
  areContactsHidden: z.boolean().catch(false),
  hidden: z.object({ chatwoot: fields, tawk: fields, alert: fields }).catch({ chatwoot: [], tawk: [], alert: [] }),
});

/** What cards show. */
export type CardSettings = Readonly<z.infer<typeof stored>>;

export const allShown: CardSettings = { areContactsHidden: false, hidden: { chatwoot: [], tawk: [], alert: [] } };

export async function readCardSettings(db: Db): Promise<CardSettings> {
  return stored.safeParse(await settingStore.find(db, cardsKey)).data ?? allShown;
}

/** One switch of the settings; `isOn`: it is shown. */
export type CardSwitch =
  | Readonly<{ kind: 'contacts' }>
  | Readonly<{ kind: 'field'; source: (typeof sourceNames)[number]; field: CardField }>;

/** All switches, in an order that never changes: their numbers are on buttons. */
export const cardSwitches: readonly CardSwitch[] = [
  { kind: 'contacts' },
  ...cardFields.flatMap((field) => sourceNames.map((source) => ({ kind: 'field' as const, source, field }))),
];

export function isOn(settings: CardSettings, which: CardSwitch): boolean {
  if (which.kind === 'contacts') return !settings.areContactsHidden;
  return !settings.hidden[which.source].includes(which.field);
}

function switchedTo(settings: CardSettings, which: CardSwitch, on: boolean): CardSettings {
  if (which.kind === 'contacts') return { ...settings, areContactsHidden: !on };
  const { source, field } = which;
  const isHidden = (one: CardField) => (one === field ? !on : settings.hidden[source].includes(one));
  return { ...settings, hidden: { ...settings.hidden, [source]: cardFields.filter(isHidden) } };
}

export type CardsChanged = Readonly<{ changeId: number; change: string }>;

/** Changes what cards show, has those that stand follow, and records who did it; undefined where it is so already. */
export async function switchCards(
  db: Db,
  { which, on, by }: Readonly<{ which: CardSwitch; on: boolean; by: number }>,
  now: Date,
): Promise<CardsChanged | undefined> {
  const state = (shown: boolean) => (shown ? 'shown' : 'hidden');
  const name = which.kind === 'contacts' ? 'contacts' : `${which.field} of ${which.source}`;
  return change(db, (before) => switchedTo(before, which, on), `${name} ${state(on)}, before ${state(!on)}`, by, now);
}

export async function undoCards(
  db: Db,
  states: Readonly<{ change: string; before: unknown; after: unknown }>,
  by: number,
  now: Date,
): Promise<CardsChanged | undefined> {
  const [was, made] = [stored.safeParse(states.before).data, stored.safeParse(states.after).data];
  if (!was || !made) return undefined;
  const to = (current: CardSettings) => (isDeepStrictEqual(current, made) ? was : current);
  return change(db, to, `undone: ${states.change}`, by, now);
}

async function change(
  db: Db,
  to: (before: CardSettings) => CardSettings,
  words: string,
  by: number,
  now: Date,
): Promise<CardsChanged | undefined> {
  return transact(db, async (trx: Trx) => {
    const before = stored.safeParse(await settingStore.lock(trx, cardsKey)).data ?? allShown;
    const after = to(before);
    if (isDeepStrictEqual(before, after)) return undefined;
    const changeId = await settingStore.save(
      trx,
      { key: cardsKey, value: after, change: words, before, after, by },
      now,
    );
    await editAllCards(trx, now);
    return { changeId, change: words };
  });
}
