import type { Db } from '../database/connect.ts';
import * as incidenceViewStore from '../incidences/incidence-view-store.ts';
import type { NamedHandover } from '../shifts/handover-store.ts';
import type { Locale } from './locale.ts';
import { handoverCard } from './views/duty.ts';
import type { Screen } from './views/incidence-card.ts';
import { shownBrief } from './views/shown-incidence.ts';

const mostHeld = 200;

/** A hand-over as it is now. */
export async function handoverScreen(
  { db, locale }: Readonly<{ db: Db; locale: Locale }>,
  handover: NamedHandover,
  now: Date,
): Promise<Screen> {
  const open = await incidenceViewStore.findAllOpen(db, { acknowledgedBy: handover.personId }, mostHeld);
  const held = open
    .filter(({ id }) => handover.incidenceIds.includes(id))
    .map((one) => shownBrief(one, locale.cards()));
  const { all: waiting } = await incidenceViewStore.countOpen(db, { unacknowledged: true });
  return handoverCard(handover, held, waiting, now, locale.texts);
}
