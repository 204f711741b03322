import { type Kysely, sql } from 'kysely';

const statements = [
  `create table people (
     id bigint generated always as identity primary key,
     telegram_id bigint not null unique,
     first_name text not null,
     last_name text,
     username text,
     role text not null check (role in ('agent', 'lead', 'admin')),
     created_at timestamptz not null,
     seen_at timestamptz not null
   )`,
  // How a person is called: the first name, with more of it where two share one.
  `create view people_names as
     select id,
            case when count(*) over (partition by lower(first_name)) = 1 then first_name
                 when last_name is null then first_name || ' ' || coalesce('@' || username, '#' || id)
                 when count(*) over (partition by lower(first_name), lower(left(last_name, 1))) = 1
                   then first_name || ' ' || left(last_name, 1) || '.'
                 when count(*) over (partition by lower(first_name), lower(last_name)) = 1
                   then first_name || ' ' || last_name
                 else first_name || ' ' || coalesce('@' || username, '#' || id)
            end as name
     from people`,

  `create table incidences (
     id bigint generated always as identity primary key,
     source text not null check (source in ('chatwoot', 'tawk', 'alert')),
     kind text not null check (kind in ('conversation', 'chat', 'ticket')),
     account text not null,
     external_id text not null,
     status text not null check (status in ('open', 'acknowledged', 'closed')),
     severity text not null check (severity in ('low', 'medium', 'high', 'critical')),
     reason text,
     title text,
     customer_name text,
     customer_email text,
     customer_phone text,
     message text,
     url text,
     stage text check (stage in ('PRE_ORDER', 'POST_ORDER')),
     trigger text check (trigger in ('USER_INITIATED', 'AGENT_INITIATED')),
     app_screen text,
     cart_value double precision,
     event_type text,
     friction_score double precision,
     place text,
     property text,
     page text,
     assignee text,
     -- json and not jsonb: the sender's order is kept
     additional_info json not null default '{}',
     note text,
     alert_count integer not null default 0,
     happened_at timestamptz not null,
     opened_at timestamptz not null,
     acknowledged_at timestamptz,
     acknowledged_by bigint references people,
     first_human_reply_at timestamptz,
     visitor_left_at timestamptz,
     closed_at timestamptz,
     closed_by bigint references people,
     outcome text check (outcome in ('resolved', 'no_reply_needed', 'duplicate', 'spam')),
     desk_status text check (desk_status in ('open', 'pending', 'snoozed', 'resolved')),
     desk_version double precision,
     snoozed_until timestamptz,
     escalation_step integer not null default 0,
     next_due_at timestamptz,
     version integer not null default 1,
     updated_at timestamptz not null
   )`,
  `create unique index incidences_one_open on incidences (source, kind, account, external_id) where status <> 'closed'`,
  `create index incidences_subject on incidences (external_id, id desc)`,
  `create index incidences_open on incidences (severity, opened_at) where status <> 'closed'`,
  `create index incidences_opened on incidences (opened_at)`,
  `create index incidences_acknowledged on incidences (acknowledged_at) where acknowledged_at is not null`,
  `create index incidences_closed on incidences (closed_at) where closed_at is not null`,

  `create table incidence_history (
     id bigint generated always as identity primary key,
     incidence_id bigint not null references incidences,
     at timestamptz not null,
     action text not null,
     actor_id bigint references people,
     actor text not null,
     before jsonb not null default '{}',
     after jsonb not null default '{}',
     note text
   )`,
  `create index incidence_history_of on incidence_history (incidence_id, id)`,

  `create table tags (
     id bigint generated always as identity primary key,
     name text not null unique,
     created_at timestamptz not null
   )`,
  `create table incidence_tags (
     incidence_id bigint not null references incidences,
     tag_id bigint not null references tags,
     added_by bigint references people,
     added_at timestamptz not null,
     primary key (incidence_id, tag_id)
   )`,

  `create table inbound_events (
     id bigint generated always as identity primary key,
     source text not null,
     event text not null,
     delivery_id text not null,
     headers jsonb not null,
     body bytea not null,
     received_at timestamptz not null,
     state text not null default 'stored'
       check (state in ('stored', 'processed', 'ignored', 'duplicate', 'drift', 'failed')),
     reason text,
     attempts smallint not null default 0,
     retry_at timestamptz,
     processed_at timestamptz,
     content_key text,
     incidence_id bigint references incidences,
     incidence_version integer,
     unique (source, delivery_id)
   )`,
  `create index inbound_events_next on inbound_events (id) where state = 'stored'`,
  `create index inbound_events_unread on inbound_events (state) where state in ('failed', 'drift')`,
  `create index inbound_events_content on inbound_events (source, content_key) where content_key is not null`,
  `create index inbound_events_incidence on inbound_events (incidence_id) where incidence_id is not null`,
  `create index inbound_events_received on inbound_events (received_at)`,

  `create table transcripts (
     id bigint generated always as identity primary key,
     incidence_id bigint not null unique references incidences,
     duration_seconds integer,
     stored_at timestamptz not null
   )`,
  `create table transcript_messages (
     transcript_id bigint not null references transcripts on delete cascade,
     position integer not null,
     sender text not null check (sender in ('visitor', 'agent', 'system')),
     name text,
     text text not null,
     at timestamptz,
     attachments jsonb not null default '[]',
     words tsvector generated always as (to_tsvector('simple', text)) stored,
     primary key (transcript_id, position)
   )`,
  `create index transcript_messages_words on transcript_messages using gin (words)`,

  `create table cards (
     id bigint generated always as identity primary key,
     incidence_id bigint not null references incidences,
     chat_id bigint not null,
     thread_id integer,
     message_id bigint not null,
     menu text not null default 'main' check (menu in ('main', 'outcome', 'tags')),
     menu_at timestamptz,
     shown_version integer not null,
     late_seconds integer,
     content_hash text,
     sent_at timestamptz not null,
     gone_at timestamptz,
     unique (chat_id, message_id)
   )`,
  `create index cards_incidence on cards (incidence_id)`,

  `create table deliveries (
     id bigint generated always as identity primary key,
     lane text not null,
     kind text not null,
     subject text not null,
     incidence_id bigint references incidences,
     payload jsonb not null,
     rank smallint not null,
     state text not null default 'waiting' check (state in ('waiting', 'folded', 'sent', 'obsolete', 'dead')),
     wish integer not null default 1,
     attempts smallint not null default 0,
     plain boolean not null default false,
     due_at timestamptz not null,
     created_at timestamptz not null,
     settled_at timestamptz,
     reason text,
     message_id bigint
   )`,
  // Newest state wins: while a wish waits, another for the same thing joins it.
  `create unique index deliveries_one_wish on deliveries (lane, kind, subject) where state in ('waiting', 'folded')`,
  `create index deliveries_next on deliveries (lane, rank, id) where state = 'waiting'`,
  `create index deliveries_incidence on deliveries (incidence_id) where incidence_id is not null`,
  // Whether a note was sent lately.
  `create index deliveries_notes on deliveries (lane, kind, subject, settled_at) where incidence_id is null`,
  `create index deliveries_folded on deliveries (lane, rank, id) where state = 'folded'`,
  `create index deliveries_settled on deliveries (settled_at) where state in ('sent', 'obsolete')`,
  `create index deliveries_dead on deliveries (settled_at) where state = 'dead'`,

  `create table delivery_attempts (
     id bigint generated always as identity primary key,
     delivery_id bigint not null references deliveries on delete cascade,
     lane text not null,
     at timestamptz not null,
     outcome text not null,
     detail text,
     ms integer not null
   )`,
  `create index delivery_attempts_recent on delivery_attempts (at)`,
  `create index delivery_attempts_of on delivery_attempts (delivery_id)`,

  // What a lane allows now; a lane without a row is free.
  `create table lanes (
     lane text primary key,
     paused_until timestamptz,
     lost_at timestamptz,
     lost_reason text,
     migrated_to text
   )`,

  // New cards that came too fast for a chat, folded into one message: a lane has one storm at a time.
  `create table storms (
     id bigint generated always as identity primary key,
     lane text not null,
     chat_id bigint not null,
     thread_id integer,
     message_id bigint,
     started_at timestamptz not null,
     ended_at timestamptz,
     folded integer not null default 0
   )`,
  `create unique index storms_one_a_lane on storms (lane) where ended_at is null`,

  `create table bot_dialogs (
     key text primary key,
     state jsonb not null,
     updated_at timestamptz not null
   )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
