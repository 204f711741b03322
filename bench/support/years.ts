import { Client } from 'pg';
import { dropIndexes, fastLoading, query } from './database.ts';

const words = 60_000;
const customers = 400_000;
const phrases = 100_000;
const mostMessages = 12;

/** Of these, nothing is read for the search yet: the product does that itself. */
const unread = 5_000;

/**
 * Fills a migrated database with what some years leave behind: incidences of both sources, mostly closed, with their
 * history and transcripts, read for the search. Words and customers are as unequal as in life: the commonest thousand
 * times the rarest.
 */
export async function fillWithYears(url: string, incidences: number, chatId: number): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(fastLoading);
    await client.query(helpers);
    await client.query(fillVocabulary, [Array.from({ length: customers }, (_, index) => syllables(index + 1))]);
    await client.query(fillPhrases, [Array.from({ length: phrases }, phrase)]);
    await client.query('analyze vocabulary, phrases');
    const indexes = await dropIndexes(client);
    await client.query(fillPeople, [Array.from({ length: 12 }, (_, index) => syllables(index * 7 + 7))]);
    for (const fill of [fillIncidences, fillHistory, fillTranscripts, fillMessages]) {
      await client.query(fill, [incidences]);
    }
    await client.query('analyze incidences, transcripts');
    await client.query(fillSearch, [incidences - Math.min(unread, incidences / 2)]);
    await client.query(fillTerms);
    await client.query(fillCards, [chatId]);
    for (const index of indexes) await client.query(index);
    await client.query('drop table phrases, vocabulary');
    await client.query('analyze');
  } finally {
    await client.end();
  }
}

/** What people look for: mostly customers and what these said, some of it with a typing error. */
export async function questions(url: string, count: number): Promise<string[]> {
  const rows = await query<Readonly<{ words: string; name: string; email: string; id: string }>>(
    url,
    `select message as words, customer_name as name, customer_email as email, external_id as id
     from incidences where id in (select ceil(random() * (select max(id) from incidences)) from generate_series(1, $1))
     limit $1`,
    [count],
  );
  return rows.map(({ words: message, name, email, id }, index) => {
    const said = message.split(' ');
    const [one = '', two = ''] = [said[index % said.length], said.at(-1)];
    const ways = [name, one, name.slice(0, 5), `${one} ${two}`, email, two.slice(0, 4), misspelt(two), id, one, name];
    return `/find ${ways[index % ways.length]}`;
  });
}

/** Two letters swapped. */
function misspelt(word: string): string {
  return `${word.slice(0, 2)}${word[3] ?? ''}${word[2] ?? ''}${word.slice(4)}`;
}

const parts = 'ba re fun ti mo sal ke dor vi lan pu chi ser no ga tel wi ham zo que'.split(' ');

/** A word for each number, a longer one for a greater. */
function syllables(number: number): string {
  const rest = Math.floor(number / parts.length);
  return `${parts[number % parts.length] ?? ''}${rest > 0 ? syllables(rest) : 'n'}`;
}

/** Small numbers are common: the number of a word is the rarer the greater it is. */
function phrase(_: unknown, index: number): string {
  const length = 1 + (index % 9);
  return Array.from({ length }, () => syllables(Math.floor(words ** Math.random()))).join(' ');
}

const helpers = `
  create table vocabulary (number integer primary key, word text not null);
  create table phrases (number integer primary key, text text not null, words tsvector not null);
  create function some_number(most bigint) returns bigint language sql volatile as
    $$ select floor(exp(random() * ln(most)))::bigint $$;
  create aggregate together (tsvector) (sfunc = tsvector_concat, stype = tsvector, initcond = '')`;

const fillVocabulary = `insert into vocabulary select number, word from unnest($1::text[]) with ordinality as one (word, number)`;

const fillPhrases = `
  insert into phrases
  select number - 1, text, strip(to_tsvector('simple', text)) from unnest($1::text[]) with ordinality as one (text, number)`;

const fillPeople = `
  insert into people (telegram_id, first_name, role, created_at, seen_at)
  select number, name, 'agent', now(), now() from unnest($1::text[]) with ordinality as one (name, number)`;

/** The phrases of a number: as good as random, and the same each time. */
const phraseOf = (number: string) => `(${number})::bigint * 48271 % ${phrases}`;
const joinPhrases = (number: string) => `
  join phrases one on one.number = ${phraseOf(number)}
  join phrases two on two.number = ${phraseOf(`${number} + 7919`)}`;

const fillIncidences = `
  insert into incidences (source, kind, account, external_id, status, severity, reason, customer_name, customer_email,
    message, happened_at, opened_at, open_since, acknowledged_at, acknowledged_by, closed_at, closed_by, outcome, updated_at)
  select source, case source when 'tawk' then 'chat' else 'conversation' end, '1', chosen.number::text, status,
    case when dice < 0.03 then 'critical' when dice < 0.13 then 'high' when dice < 0.4 then 'medium' else 'low' end,
    (array['CUSTOMER_WROTE', 'NEGATIVE_SENTIMENT', 'PAYMENT_FAILED'])[1 + chosen.number % 3],
    initcap(forename.word || ' ' || surname.word), address.word || '@example.com',
    one.text || ' ' || two.text, opened_at, opened_at, opened_at,
    case when status <> 'open' then opened_at + interval '4 minutes' end,
    case when status <> 'open' then 1 + chosen.number % 12 end,
    case when status = 'closed' then opened_at + interval '40 minutes' end,
    case when status = 'closed' then 1 + chosen.number % 12 end,
    case when status = 'closed' then 'resolved' end, opened_at
  from (
    select number, random() as dice, some_number(${customers}) as customer,
      case when number % 5 < 2 then 'tawk' else 'chatwoot' end as source,
      now() - ($1::bigint - number) * interval '3 years' / $1::bigint as opened_at,
      case when number > $1::bigint - 2000 or random() < 0.001 then (array['open', 'acknowledged'])[1 + number % 2]
        else 'closed' end as status
    from generate_series(1, $1::bigint) number
  ) chosen
  join vocabulary forename on forename.number = 1 + customer % 900
  join vocabulary surname on surname.number = 1 + customer % 40011
  join vocabulary address on address.number = customer
  ${joinPhrases('chosen.number')} order by chosen.number`;

const fillHistory = `
  insert into incidence_history (incidence_id, at, action, actor_id, actor, before, after)
  select id, at, action, actor_id, 'someone', before, after from incidences cross join lateral (values
    (opened_at, 'wrote', null, '{}'::jsonb, jsonb_build_object('status', 'open', 'severity', severity)),
    (acknowledged_at, 'acknowledge', acknowledged_by, '{"status": "open"}', '{"status": "acknowledged"}'),
    (closed_at, 'close', closed_by, '{"status": "acknowledged"}', '{"status": "closed", "outcome": "resolved"}')
  ) as happened (at, action, actor_id, before, after)
  where at is not null and id <= $1
  order by id`;

const fillTranscripts = `
  insert into transcripts (incidence_id, duration_seconds, stored_at)
  select id, 600, closed_at from incidences where source = 'tawk' and status = 'closed' and id <= $1`;

/** Most chats are short, a few are long. */
const lengthOf = (transcript: string) =>
  `(2 + exp((${transcript}) * 7919 % 1000 / 1000.0 * ln(${mostMessages}))::integer % ${mostMessages})`;

const fillMessages = `
  insert into transcript_messages (transcript_id, position, sender, text, at)
  select id, position, case when position % 2 = 0 then 'visitor' else 'agent' end, text, stored_at
  from transcripts cross join lateral generate_series(0, ${lengthOf('id')}) position
  join phrases on number = ${phraseOf('id * 100003 + position * 104729')}
  where incidence_id <= $1`;

/** What the product reads of these incidences, put together of what was read of each phrase. */
const fillSearch = `
  insert into incidence_search (incidence_id, words, said, email, version)
  select incidences.id, who.words || one.words || two.words || coalesce(transcript.words, ''), one.words || two.words,
    customer_email, version
  from incidences
  ${joinPhrases('external_id::bigint')}
  cross join lateral (select strip(to_tsvector('simple', translate(
    concat_ws(' ', customer_name, customer_email, external_id, reason), '@._', '   '))) as words) who
  left join lateral (
    select together(phrases.words) as words from transcripts
    cross join lateral generate_series(0, ${lengthOf('transcripts.id')}) position
    join phrases on number = ${phraseOf('transcripts.id * 100003 + position * 104729')}
    where transcripts.incidence_id = incidences.id
  ) transcript on true
  where incidences.id <= $1`;

const fillTerms = `
  insert into search_terms select word, now() from vocabulary where char_length(word) between 4 and 30 order by word`;

/** What is open stands in the chat already. */
const fillCards = `
  insert into cards (incidence_id, chat_id, message_id, shown_version, sent_at)
  select id, $1, 1000000000 + id, version, opened_at from incidences where status <> 'closed'`;
