import { type RawBuilder, sql } from 'kysely';
import { relayAddress } from '../sources/visitor-context.ts';

/** Another incidence of the same customer, in whichever source. */
export type Sibling = Readonly<{
  id: number;
  status: 'open' | 'acknowledged' | 'closed';
  /** Milliseconds since 1970. */
  closedAt: number | null;
}>;

/** What tells customers apart, of a row of incidences; null where nothing does. */
export const customerKeys = {
  email: sql`case when incidences.customer_email !~* ${sql.lit(relayAddress.source)}
    then nullif(lower(btrim(incidences.customer_email)), '') end`,
  // Written with and without spaces. What is shorter is an extension, or no number.
  phone: sql`substring(regexp_replace(incidences.customer_phone, '[^0-9]', '', 'g') from '^[0-9]{7,}$')`,
  // Of a visitor only what the shop's backend vouched for; an alert comes from a backend.
  visitor_id: sql`coalesce(incidences.visitor_id,
    case when incidences.alert_count > 0 then nullif(incidences.additional_info ->> 'user_id', '') end)`,
} as const;

const mostOfKey = 3;
const greatestId = '9223372036854775807';

/**
 * The newest few with the same e-mail address, phone number or user id: the open ones first.
 *
 * It is part of every card, and its plan may be from when the tables were small. So it leaves no choice that grows with
 * them: only the index of key and incidence has the order by both, and `limit` keeps the incidences from being joined whole.
 */
export const siblings: RawBuilder<readonly Sibling[]> = sql`array(
  select jsonb_build_object('id', sibling.id, 'status', sibling.status,
    'closedAt', round(extract(epoch from sibling.closed_at) * 1000))
  from (${sql.join(
    Object.entries(customerKeys).map(
      ([column, key]) => sql`(
        select incidence_id from (
          select ${sql.ref(column)} as found, incidence_id from incidence_search
          where ${sql.ref(column)} is not null
            and (${sql.ref(column)}, incidence_id) <= (${key}, ${sql.lit(greatestId)}::bigint)
          order by ${sql.ref(column)} desc, incidence_id desc limit ${sql.lit(mostOfKey + 1)}
        ) as newest
        where found = ${key} and incidence_id <> incidences.id
        order by incidence_id desc limit ${sql.lit(mostOfKey)})`,
    ),
    sql` union `,
  )}) as same
  cross join lateral (select id, status, closed_at from incidences where id = same.incidence_id limit 1) as sibling
  order by sibling.status = 'closed', sibling.id desc limit ${sql.lit(mostOfKey)}
)`;
