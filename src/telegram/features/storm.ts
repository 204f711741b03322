import { Composer } from 'grammy';
import * as deliveryStore from '../../delivery/delivery-store.ts';
import * as incidenceStore from '../../incidences/incidence-store.ts';
import type { Person } from '../../people/person.ts';
import { acknowledgeAllFolded } from '../../storms/acknowledge-all-folded.ts';
import { stormCard } from '../../storms/storm-controller.ts';
import * as stormStore from '../../storms/storm-store.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { createRecent } from '../recent.ts';
import { toast } from '../reply.ts';
import { shownAtOnce } from '../views/storm-card.ts';
import { refusePress } from './refuse.ts';

const confirmMs = 20_000;

/** The two buttons under a storm card. Acknowledging thousands at once asks for a second press. */
export function stormFeature(deps: BotDeps): Composer<BotContext> {
  const composer = new Composer<BotContext>();
  const { toasts } = deps.locale.texts;
  const unconfirmed = createRecent(confirmMs);

  composer.on('callback_query:data', async (ctx, next) => {
    if (!ctx.press) return next();
    const { button, person } = ctx.press;
    if (button.kind !== 'show-next' && button.kind !== 'acknowledge-all') return next();
    const storm = await stormStore.findById(deps.db, button.id);
    if (!storm) return refusePress(ctx, deps, { reason: 'not-found', text: toasts.stormOver });
    return button.kind === 'show-next' ? showNext(ctx, storm) : acknowledgeAll(ctx, storm, person);
  });

  async function showNext(ctx: BotContext, storm: stormStore.Storm): Promise<void> {
    const shown = await stormStore.unfold(deps.db, storm.lane, shownAtOnce, { asked: true });
    await refresh(storm);
    await toast(ctx, shown > 0 ? toasts.showing(shown) : toasts.nothingHidden);
  }

  async function acknowledgeAll(ctx: BotContext, storm: stormStore.Storm, person: Person): Promise<void> {
    const now = deps.now();
    const key = `${storm.id}:${person.id}`;
    const isConfirmed = unconfirmed.has(key, now);
    const folded = await stormStore.countFolded(deps.db, storm.lane);
    if (folded === 0) return toast(ctx, toasts.nothingHidden);
    if (!isConfirmed) {
      unconfirmed.note(key, now);
      return toast(ctx, toasts.confirmAcknowledgeAll(folded), { alert: true });
    }
    unconfirmed.delete(key);
    const name = (await incidenceStore.findPersonName(deps.db, person.id)) ?? person.firstName;
    const count = await acknowledgeAllFolded(deps.db, storm.lane, { id: person.id, name }, deps.desk, now);
    await refresh(storm);
    return toast(ctx, toasts.acknowledgedAll(count));
  }

  async function refresh(storm: stormStore.Storm): Promise<void> {
    await deliveryStore.enqueue(deps.db, [stormCard(storm)], deps.now());
    deps.wake.signal('deliveries');
  }

  return composer;
}
