import { sql } from 'kysely';
import type { Trx } from '../database/connect.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import * as cardStore from './card-store.ts';
import { rank } from '../delivery/delivery.ts';
import { lanePrefix } from '../routes/lane.ts';
import { editCard } from './plan-deliveries.ts';

/** Every card of an incidence is to be looked at again: something beside the incidence itself changed. */
export async function editCards(trx: Trx, incidenceId: number, now: Date): Promise<void> {
  const cards = await cardStore.findAllByIncidence(trx, incidenceId);
  await deliveryStore.enqueue(
    trx,
    cards.map((card) => editCard(card)),
    now,
  );
}

const recentMs = 7 * 86_400_000;

/** Every standing card of what is open or was closed lately is to be looked at again, after everything more urgent. */
export async function editAllCards(trx: Trx, now: Date): Promise<void> {
  await sql`
    insert into deliveries (lane, kind, subject, rank, incidence_id, payload, due_at, created_at)
    select ${sql.lit(lanePrefix)} || chat_id as lane, 'edit_card', 'card:' || cards.id as subject, ${rank.document}::smallint,
           incidence_id, jsonb_build_object('cardId', cards.id), ${now}::timestamptz, ${now}::timestamptz
    from cards join incidences on incidences.id = incidence_id
    where gone_at is null and (status <> 'closed' or closed_at > ${new Date(now.getTime() - recentMs)})
    order by lane, subject
    on conflict (lane, kind, subject) where state in ('waiting', 'folded') do update set wish = deliveries.wish + 1`.execute(
    trx,
  );
}
