import { query } from './database.ts';

/**
 * Fills a migrated database with what some years leave behind: incidences of both sources, mostly closed, with their
 * history and transcripts. Words and customers are as unequal as in life: the commonest thousand times the rarest.
 */
export async function fillWithYears(url: string, incidences: number, chatId: number): Promise<void> {
  await query(url, helpers);
  await query(url, 'drop index transcript_messages_words');
  await query(
    url,
    `insert into people (telegram_id, first_name, role, created_at, seen_at)
    select number, syllables(number * 7), 'agent', now(), now() from generate_series(1, 12) number`,
  );
  for (const fill of [fillIncidences, fillHistory, fillTranscripts, fillMessages]) await query(url, fill, [incidences]);
  await query(url, 'create index transcript_messages_words on transcript_messages using gin (words)');
  await query(url, fillCards, [chatId]);
}

/** What people look for: mostly customers and what these said, some of it with a typing error. */
export async function questions(url: string, count: number): Promise<string[]> {
  const rows = await query<Readonly<{ words: string; name: string; email: string; id: string }>>(
    url,
    `select message as words, customer_name as name, customer_email as email, external_id as id
     from incidences order by md5(id::text) limit $1`,
    [count],
  );
  return rows.map(({ words, name, email, id }, index) => {
    const said = words.split(' ');
    const [one = '', two = ''] = [said[index % said.length], said.at(-1)];
    const ways = [name, one, name.slice(0, 5), `${one} ${two}`, email, two.slice(0, 4), misspelt(two), id, one, name];
    return `/find ${ways[index % ways.length]}`;
  });
}

/** Two letters swapped. */
function misspelt(word: string): string {
  return `${word.slice(0, 2)}${word[3] ?? ''}${word[2] ?? ''}${word.slice(4)}`;
}

/** A word for each number, small numbers often. 60,000 words, as many customers' names. */
const helpers = `
  create function syllables(number bigint) returns text language sql immutable as $$
    select string_agg((array['ba','re','fun','ti','mo','sal','ke','dor','vi','lan','pu','chi','ser','no','ga','tel','wi','ham','zo','que'])
      [1 + (number / (20 ^ place)::bigint) % 20], '' order by place)
    from generate_series(0, greatest(1, ceil(log(20, greatest(number, 2)))::integer)) place
  $$;
  create function some_number(most bigint) returns bigint language sql volatile as
    $$ select floor(exp(random() * ln(most)))::bigint $$;
  create table phrases as
    select number, string_agg(word, ' ') as text from (
      select number, syllables(some_number(60000)) as word
      from generate_series(1, 100000) number, generate_series(1, 1 + number % 9)
    ) chosen group by number;
  create unique index on phrases (number)`;

/** Two phrases, different ones for each row: joined, since a subquery of its own for each takes hours. */
const somePhrases = `ceil(random() * 100000)::integer as first, ceil(random() * 100000)::integer as second`;
const joinPhrases = `join phrases one on one.number = first join phrases two on two.number = second`;

const fillIncidences = `
  insert into incidences (source, kind, account, external_id, status, severity, reason, customer_name, customer_email,
    message, happened_at, opened_at, open_since, acknowledged_at, acknowledged_by, closed_at, closed_by, outcome, updated_at)
  select source, case source when 'tawk' then 'chat' else 'conversation' end, '1', chosen.number::text, status,
    case when dice < 0.03 then 'critical' when dice < 0.13 then 'high' when dice < 0.4 then 'medium' else 'low' end,
    (array['CUSTOMER_WROTE', 'NEGATIVE_SENTIMENT', 'PAYMENT_FAILED'])[1 + chosen.number % 3],
    initcap(syllables(customer % 900) || ' ' || syllables(customer % 40011)), syllables(customer) || '@example.com',
    one.text || ' ' || two.text, opened_at, opened_at, opened_at,
    case when status <> 'open' then opened_at + interval '4 minutes' end,
    case when status <> 'open' then 1 + chosen.number % 12 end,
    case when status = 'closed' then opened_at + interval '40 minutes' end,
    case when status = 'closed' then 1 + chosen.number % 12 end,
    case when status = 'closed' then 'resolved' end, opened_at
  from (
    select number, random() as dice, ${somePhrases}, some_number(400000) as customer,
      case when number % 5 < 2 then 'tawk' else 'chatwoot' end as source,
      now() - ($1::bigint - number) * interval '3 years' / $1::bigint as opened_at,
      case when number > $1::bigint - 2000 or random() < 0.001 then (array['open', 'acknowledged'])[1 + number % 2]
        else 'closed' end as status
    from generate_series(1, $1::bigint) number
  ) chosen ${joinPhrases} order by chosen.number`;

const fillHistory = `
  insert into incidence_history (incidence_id, at, action, actor_id, actor, before, after)
  select id, at, action, actor_id, 'someone', before, after from incidences cross join lateral (values
    (opened_at, 'wrote', null, '{}'::jsonb, jsonb_build_object('status', 'open', 'severity', severity)),
    (acknowledged_at, 'acknowledge', acknowledged_by, '{"status": "open"}', '{"status": "acknowledged"}'),
    (closed_at, 'close', closed_by, '{"status": "acknowledged"}', '{"status": "closed", "outcome": "resolved"}')
  ) as happened (at, action, actor_id, before, after)
  where at is not null and id <= $1
  order by at`;

const fillTranscripts = `
  insert into transcripts (incidence_id, duration_seconds, stored_at)
  select id, 600, closed_at from incidences where source = 'tawk' and status = 'closed' and id <= $1`;

const fillMessages = `
  insert into transcript_messages (transcript_id, position, sender, text, at)
  select id, position, case when position % 2 = 0 then 'visitor' else 'agent' end, one.text || ' ' || two.text, stored_at
  from (
    select id, stored_at, position, ${somePhrases}
    from transcripts cross join lateral generate_series(0, 2 + some_number(25 + 0 * id)::integer) position
    where incidence_id <= $1
  ) chosen ${joinPhrases}`;

/** What is open stands in the chat already. */
const fillCards = `
  insert into cards (incidence_id, chat_id, message_id, shown_version, sent_at)
  select id, $1, 1000000000 + id, version, opened_at from incidences where status <> 'closed'`;
