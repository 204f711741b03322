import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import { createStatement } from '../database/statement.ts';
import type { Hint } from '../database/wake.ts';
import { lanePrefix } from '../routes/lane.ts';

const findChanges = createStatement<{ now: Date }, { isInboundDue: boolean; settings: string }>(
  (given) => sql`
    select
      exists (select from inbound_events where state = 'stored' and (retry_at is null or retry_at <= ${given.now}))
        as is_inbound_due,
      hashtextextended(concat_ws(' ',
        (select json_agg(s order by key) from settings s),
        (select json_agg(json_build_array(r, lanes.lost_at, lanes.lost_reason) order by r.id)
         from routes r left join lanes on lane = ${sql.lit(lanePrefix)} || r.chat_id),
        (select json_agg(q order by chat_id) from quiet_chats q),
        (select json_agg(telegram_id order by id) from people where role = 'admin')), 0)::text as settings`,
);

/**
 * Finds in one query what a lost hint would have said: stored events that are due, and settings that changed since the last
 * poll. Whatever `createCurrent` reads must be part of the hash.
 */
export function createPoll({ db, now }: Readonly<{ db: Db; now: () => Date }>): () => Promise<readonly Hint[]> {
  let known: string | undefined;
  return async () => {
    const [found] = await findChanges({ now: now() }).execute(db);
    if (!found) throw new Error('a query without a table always has a row');
    const areSettingsNew = found.settings !== known;
    known = found.settings;
    return [...(found.isInboundDue ? ['inbound' as const] : []), ...(areSettingsNew ? ['settings' as const] : [])];
  };
}
