import { type RawBuilder, sql } from 'kysely';
import { defaultPolicy } from './policy.ts';

/** The setting that holds the policy. */
export const escalationKey = 'escalation';

/**
 * `dueAt` of policy.ts as SQL, of a row of `incidences` called `row`. Every statement that writes an incidence sets
 * `next_due_at` by it, so that no change of a state can forget to.
 */
export function dueOf(row: string): RawBuilder<Date | null> {
  const column = (name: string) => sql.ref(`${row}.${name}`);
  const policy = sql`coalesce((select value from settings where key = ${sql.lit(escalationKey)}),
    ${sql.lit(JSON.stringify(defaultPolicy))}::jsonb)`;
  const open = sql`coalesce(${column('open_since')}, ${column('opened_at')})
    + make_interval(secs => (${policy} -> ${column('severity')} -> ${column('escalation_step')} ->> 'seconds')::float8)`;
  const asked = sql`to_timestamp(split_part(${column('unanswered')}[1], ':', 1)::float8 / 1000)`;
  const isAnswerAwaited = sql`${column('kind')} = 'conversation'
    and coalesce(${column('details_version')}, ${column('desk_version')}) is not null
    and (${column('last_answer_at')} is null or cardinality(${column('unanswered')}) > 0)`;
  const reminded = sql`case when ${column('answer_step')} > 0 then ${column('holder_reminded_at')} end`;
  const answer = sql`
    greatest(coalesce(${column('acknowledged_at')}, ${column('opened_at')}), ${asked}, ${reminded})
    + make_interval(secs => (${policy} ->> 'answer')::float8)`;
  return sql`case
    when ${column('status')} <> 'closed' and ${column('snoozed_until')} is not null then ${column('snoozed_until')}
    when ${column('status')} = 'open' then ${open}
    when ${column('status')} = 'acknowledged' and ${isAnswerAwaited} then ${answer}
  end`;
}
