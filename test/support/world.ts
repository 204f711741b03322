import { Client } from 'pg';
import type { TestContext } from 'vitest';
import type { Sandbox } from 'telegram-sandbox';
import { SEED } from '../../src/app/sandbox-mode/seed.ts';
import { createTestDatabase } from './database.ts';
import { patienceMs } from './patience.ts';
import { type Answered, postAlert, startSandbox } from './product.ts';
import { waitUntil } from './wait.ts';

type AtEnd = TestContext['onTestFinished'];

/** A Telegram and a database for one test, for any number of products to share. */
export type World = Readonly<{
  /** What is started in this world ends with it. */
  atEnd: AtEnd;
  sandbox: Sandbox;
  databaseUrl: string;
  rows: <Row extends object>(sql: string, ...values: unknown[]) => Promise<Row[]>;
}>;

export async function startWorld({ onTestFinished: atEnd }: { onTestFinished: AtEnd }): Promise<World> {
  const sandbox = await startSandbox();
  const database = await createTestDatabase();
  const client = await connectTo(database.url);
  atEnd(async () => {
    await client.end();
    await sandbox.stop();
    await database.drop();
  });
  const rows: World['rows'] = async (sql, ...values) => (await client.query(sql, values)).rows;
  return { atEnd, sandbox, databaseUrl: database.url, rows };
}

/** One more session, such as one that holds a lock against the product. */
export async function connectTo(databaseUrl: string): Promise<Client> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'the test' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Cuts the product's database connections of this role ('pool', 'wake', 'sender', or '%' for all), as a broken network does. */
export async function cutConnections(world: World, role: string): Promise<void> {
  await world.rows(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name like $1 and datname = current_database()`,
    `bellhop ${role}`,
  );
}

/** Resolves when the statement finds a row. */
export async function found<Row extends object>(world: World, sql: string, ...values: unknown[]): Promise<Row> {
  const [row] = await waitUntil(async () => {
    const rows = await world.rows<Row>(sql, ...values);
    return rows.length > 0 && rows;
  });
  return row as Row;
}

export type Severity = 'low' | 'medium' | 'high' | 'critical';

export function alertOf(conversation: number, severity: Severity = 'critical') {
  return { severity, reason: 'TEST', conversation_id: conversation, message: `Say number ${conversation}` };
}

/** Alerts about these conversations, posted all at once; critical ones are never folded together. */
export function postAlerts(product: { baseUrl: string }, conversations: readonly number[]): Promise<Answered[]> {
  return Promise.all(conversations.map((conversation) => postAlert(product, alertOf(conversation))));
}

/** As a careful poster does: each alert again until it is answered with 2xx. A few at a time, so that it lasts. */
export async function postUntilTaken(
  target: () => { baseUrl: string },
  conversations: readonly number[],
  about: (conversation: number) => object = alertOf,
): Promise<void> {
  const left = [...conversations];
  const poster = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const alert = { ...about(next) };
      while (
        !(await postAlert(target(), alert).then(
          ({ status }) => status < 300,
          () => pause(),
        ))
      )
        await pause();
    }
  };
  await Promise.all([poster(), poster(), poster()]);
}

/** Between two tries, so that a dead process is not asked all the time. */
function pause(): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), 50));
}

/** Resolves when everything taken in was processed and nothing is left to be said. */
export async function nothingWaits(world: World): Promise<void> {
  await found(
    world,
    `select 1 where not exists (select from deliveries where state in ('waiting', 'folded'))
     and not exists (select from inbound_events where state = 'stored')`,
  );
}

/** The conversation of every card in the team's chat, in the order they were sent. */
export function shownConversations(sandbox: Sandbox): number[] {
  return sandbox.messages(SEED.supportTeam).flatMap(({ text }) => {
    const conversation = /^Conversation ID: #(\d+)$/m.exec(text ?? '')?.[1];
    return conversation === undefined ? [] : [Number(conversation)];
  });
}

/** Resolves when each of these conversations has a card. */
export async function allShown(
  sandbox: Sandbox,
  conversations: readonly number[],
  timeoutMs = patienceMs,
): Promise<void> {
  const read = () => {
    const shown = new Set(shownConversations(sandbox));
    return conversations.every((conversation) => shown.has(conversation));
  };
  await sandbox.waitFor(read, { timeoutMs, what: `cards of ${conversations.length} conversations` });
}

export function range(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}
