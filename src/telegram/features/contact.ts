import * as incidenceStore from '../../incidences/incidence-store.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import type { Person } from '../../people/person.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { toast } from '../reply.ts';
import { contactToast } from '../views/toasts.ts';
import { refusePress } from './refuse.ts';

/** Tells the presser alone what the card hides. Who saw it is in the history before they do. */
export async function showContact(ctx: BotContext, deps: BotDeps, id: number, person: Person): Promise<void> {
  const { texts } = deps.locale;
  const incidence = await incidenceViewStore.findById(deps.db, id);
  if (!incidence) return refusePress(ctx, deps, { reason: 'not-found', text: texts.toasts.notFound });
  const contact = contactToast(incidence);
  if (contact === '') return toast(ctx, texts.toasts.noContact, { alert: true });
  const actor = (await incidenceStore.findPersonName(deps.db, person.id)) ?? person.firstName;
  const entry = { incidenceId: id, action: 'contact', actorId: person.id, actor, before: {}, after: {} };
  await incidenceStore.record(deps.db, [entry], deps.now());
  return toast(ctx, contact, { alert: true });
}
