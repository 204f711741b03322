import { query } from './database.ts';

/**
 * Fills a migrated database with incidences of three years, most of them closed, and their history. Their number falls
 * off at night and at weekends; a few screens, tags and agents have most of them; durations are short or very long.
 */
export async function fillWithHistory(url: string, incidences: number): Promise<void> {
  await query(
    url,
    `insert into people (telegram_id, first_name, role, created_at, seen_at)
     select number, 'Agent ' || number, 'agent', now(), now() from generate_series(1, 12) number`,
  );
  await query(
    url,
    `insert into tags (name, created_at) select 'tag ' || number, now() from generate_series(1, 20) number`,
  );
  // In parts, so that one statement does not sort everything.
  const part = 500_000;
  for (let from = 0; from < incidences; from += part) {
    await query(url, fillIncidences, [incidences, from + 1, Math.min(from + part, incidences)]);
  }
  await query(url, fillHistory);
  await query(
    url,
    `insert into incidence_tags (incidence_id, tag_id, added_at)
     select id, 1 + floor(20 * power(random(), 3)), opened_at from incidences where id % 4 = 0`,
  );
  await query(url, 'update search_progress set history_id = (select max(id) from incidence_history)');
  await query(url, 'vacuum analyze');
}

/** Hours of the day and days of the week in which less happens come up again until they are drawn. */
const fillIncidences = `
  insert into incidences (source, kind, account, external_id, status, severity, reason, stage, app_screen, property,
    cart_value, friction_score, happened_at, opened_at, open_since, acknowledged_at, acknowledged_by,
    first_human_reply_at, closed_at, closed_by, outcome, updated_at)
  select source, case source when 'tawk' then 'chat' else 'conversation' end, '1', number::text,
    case when is_open then 'open' else 'closed' end,
    case when dice < 0.03 then 'critical' when dice < 0.13 then 'high' when dice < 0.4 then 'medium' else 'low' end,
    'CUSTOMER_WROTE', case when dice < 0.6 then 'PRE_ORDER' else 'POST_ORDER' end,
    'Screen ' || floor(30 * power(random(), 3)), 'Inbox ' || number % 5, round(20000 * random()), round(100 * random()),
    opened_at, opened_at, opened_at,
    case when not is_open then opened_at + taken end, case when not is_open then 1 + floor(12 * power(random(), 2)) end,
    case when not is_open then opened_at + taken * 2 end,
    case when not is_open then opened_at + taken * 9 end, case when not is_open then 1 + number % 12 end,
    case when not is_open then 'resolved' end, opened_at
  from (
    select number, random() as dice, case when number % 5 < 2 then 'tawk' else 'chatwoot' end as source,
      number > $1::bigint - 200 as is_open,
      -- Most within minutes, some after days
      make_interval(secs => exp(5 + 1.3 * (random() + random() + random() + random() - 2) * 1.7)) as taken,
      least(now() - interval '1 minute', day + interval '24 hours' * (0.35 + 0.3 * (random() + random() - 0.3))) as opened_at
    from (
      select number, date_trunc('day', now()) - ($1::bigint - number) * interval '3 years' / $1::bigint as day
      from generate_series($2::bigint, $3::bigint) number
    ) days
  ) chosen order by opened_at`;

const fillHistory = `
  insert into incidence_history (incidence_id, at, action, actor_id, actor, before, after)
  select id, at, action, actor_id, 'someone', before, after from incidences cross join lateral (values
    (opened_at, 'wrote', null, '{}'::jsonb, jsonb_build_object('status', 'open', 'severity', severity)),
    (acknowledged_at, 'acknowledge', acknowledged_by, '{"status": "open"}', '{"status": "acknowledged"}'),
    (first_human_reply_at, 'answered', null, '{"firstHumanReplyAt": null}',
      jsonb_build_object('firstHumanReplyAt', first_human_reply_at)),
    (closed_at, 'close', closed_by, '{"status": "acknowledged"}', '{"status": "closed", "outcome": "resolved"}')
  ) as happened (at, action, actor_id, before, after)
  where at < now()
  order by at`;
