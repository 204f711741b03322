import { Client } from 'pg';
import { SEED } from '../../src/app/sandbox-mode/seed.ts';
import { dropIndexes, fastLoading } from './database.ts';

/**
 * Fills a migrated database with incidences of three years, most of them closed, and their history. Their number falls
 * off at night and at weekends; a few screens, tags and agents have most of them; durations are short or very long.
 */
export async function fillWithHistory(
  url: string,
  incidences: number,
  say: (line: string) => void = () => undefined,
): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(fastLoading);
    await client.query(fillPeople);
    const indexes = await dropIndexes(client);
    // In parts, so that one statement does not sort everything.
    const part = 250_000;
    for (let from = 1; from <= incidences; from += part) {
      const to = Math.min(from + part - 1, incidences);
      await client.query(fillIncidences, [incidences, from, to]);
      await client.query(fillHistory, [from, to]);
      await client.query(fillTags, [from, to]);
      say(`${to.toLocaleString('en')} incidences`);
    }
    for (const index of indexes) await client.query(index);
    await client.query(fillCards, [SEED.supportTeam]);
    await client.query('update search_progress set history_id = (select max(id) from incidence_history)');
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}

const fillPeople = `
  insert into people (telegram_id, first_name, role, created_at, seen_at)
  select number, 'Agent ' || number, 'agent', now(), now() from generate_series(1, 12) number;
  insert into tags (name, created_at) select 'tag ' || number, now() from generate_series(1, 20) number`;

/** Most are answered within minutes and closed within the hour, some after days. Of forty one is closed unanswered. */
const fillIncidences = `
  insert into incidences (source, kind, account, external_id, status, severity, reason, customer_name, customer_email,
    message, stage, app_screen, event_type, property, cart_value, friction_score, additional_info, context, happened_at,
    opened_at, open_since, acknowledged_at, acknowledged_by, first_human_reply_at, missed_at, closed_at, closed_by,
    outcome, updated_at)
  select source, case source when 'tawk' then 'chat' else 'conversation' end, '1', number::text,
    status, case when dice < 0.03 then 'critical' when dice < 0.13 then 'high' when dice < 0.4 then 'medium' else 'low' end,
    'CUSTOMER_WROTE', 'Customer ' || number % 400000, 'customer.' || number % 400000 || '@example.com',
    'I paid twice and nothing happened. Where is my order ' || number || '?',
    case when dice < 0.55 then 'PRE_ORDER' else 'POST_ORDER' end,
    'Screen ' || floor(30 * power(random(), 3)), (array['wedding', 'birthday', 'office', null])[1 + number % 4],
    'Inbox ' || number % 5, round(20000 * random()), round(100 * random()),
    case source when 'tawk' then '{}' else json_build_object('guest_count', guests) end,
    case source when 'tawk' then jsonb_build_array(jsonb_build_object('key', 'guest-count', 'value', guests::text))
      else '[]' end,
    opened_at, opened_at, opened_at,
    case when status <> 'open' then opened_at + taken end,
    case when status <> 'open' then 1 + floor(12 * power(random(), 2)) end,
    case when status = 'closed' and number % 40 > 0 then opened_at + taken * 2 end,
    case when status = 'closed' and number % 80 = 0 then opened_at + taken * 2 end,
    case when status = 'closed' then opened_at + taken * 9 end, case when status = 'closed' then 1 + number % 12 end,
    case when status = 'closed' then 'resolved' end, opened_at
  from (
    select *, case when number > $1::bigint - 200 or opened_at + taken > now() then 'open'
      when opened_at + taken * 9 > now() then 'acknowledged' else 'closed' end as status
    from (
      select number, random() as dice, floor(exp(random() * 6))::integer as guests,
        case when number % 5 < 2 then 'tawk' else 'chatwoot' end as source,
        make_interval(secs => exp(5 + 1.3 * (random() + random() + random() + random() - 2) * 1.7)) as taken,
        least(now() - interval '1 minute',
          day + interval '24 hours' * (0.35 + 0.3 * (random() + random() - 0.3))) as opened_at
      from (
        select number, date_trunc('day', now()) - ($1::bigint - number) * interval '3 years' / $1::bigint as day
        from generate_series($2::bigint, $3::bigint) number
      ) days offset 0
    ) happening
  ) chosen order by opened_at`;

/** Of those who asked before an order some order soon after. */
const fillHistory = `
  insert into incidence_history (incidence_id, at, action, actor_id, actor, before, after)
  select id, at, action, actor_id, 'someone', before, after from incidences cross join lateral (values
    (opened_at, 'wrote', null, '{}'::jsonb, jsonb_build_object('status', 'open', 'severity', severity)),
    (acknowledged_at, 'acknowledge', acknowledged_by, '{"status": "open"}', '{"status": "acknowledged"}'),
    (first_human_reply_at, 'answered', null, '{"firstHumanReplyAt": null}',
      jsonb_build_object('firstHumanReplyAt', first_human_reply_at)),
    (case when stage = 'POST_ORDER' and id % 9 = 0 then first_human_reply_at end, 'context', null,
      '{"stage": "PRE_ORDER"}', '{"stage": "POST_ORDER"}'),
    (missed_at, 'missed', null, '{"missedAt": null}', jsonb_build_object('missedAt', missed_at)),
    (closed_at, 'close', closed_by, '{"status": "acknowledged"}', '{"status": "closed", "outcome": "resolved"}')
  ) as happened (at, action, actor_id, before, after)
  where at is not null and id between $1 and $2
  order by at`;

const fillTags = `
  insert into incidence_tags (incidence_id, tag_id, added_at)
  select id, 1 + floor(20 * power(random(), 3)), opened_at from incidences
  where id % 4 = 0 and id between $1 and $2`;

/** What is open stands in the chat already. */
const fillCards = `
  insert into cards (incidence_id, chat_id, message_id, shown_version, sent_at)
  select id, $1, 1000000000 + id, version, opened_at from incidences where status <> 'closed'`;
