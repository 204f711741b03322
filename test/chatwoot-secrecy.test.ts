import { readdirSync, readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createLog } from '../src/log.ts';
import { postChatwoot, postChatwootByKey, quiet, startProduct } from './support/product.ts';
import { found, startWorld } from './support/world.ts';

const fixtures = new URL('fixtures/chatwoot/wire/', import.meta.url);
const bodies = readdirSync(fixtures)
  .filter((name) => name.endsWith('.body'))
  .map((name) => ({ name, body: readFileSync(new URL(name, fixtures)) }));

test('no credential in a body of Chatwoot reaches the database, and no address of an attachment the log', async (context) => {
  let written = '';
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      written += chunk.toString();
      done();
    },
  });
  const world = await startWorld(context);
  const log = createLog('trace', { pretty: false, destination });
  const product = await startProduct({ ...world, log });
  context.onTestFinished(() => product.stop());

  for (const { name, body } of bodies) {
    const send = /^(automation|macro)/.test(name) ? postChatwootByKey : postChatwoot;
    expect((await send(product, body)).status).toBe(200);
  }
  // Bodies that cannot be read, and one whose processing fails.
  expect(
    (
      await postChatwoot(
        product,
        readFileSync(new URL('webhook_message_created_email.body', fixtures)).subarray(0, -20),
      )
    ).status,
  ).toBe(400);
  await quiet(product);
  await world.rows('alter table incidence_history rename to history_elsewhere');
  const attachments = readFileSync(new URL('webhook_message_created_attachments_only.body', fixtures)).toString();
  await postChatwoot(product, attachments.replaceAll('551270', '551999'));
  await found(world, 'select 1 from inbound_events where attempts > 0');
  await world.rows('alter table history_elsewhere rename to incidence_history');
  await quiet(product);

  expect(written).toContain('inbound.failed');
  for (const secret of ['FAKE', 'pubsub', 'active_storage', '/rails/']) {
    expect(written, `the log tells ${secret}`).not.toContain(secret);
  }

  const columns = await world.rows<{ place: string; query: string }>(
    `select table_name || '.' || column_name as place,
       format($q$select 1 from %I where position('FAKE' in %s) > 0 limit 1$q$, table_name,
         case data_type when 'bytea' then format('encode(%I, ''escape'')', column_name)
         else format('%I::text', column_name) end) as query
     from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where table_schema = 'public' and table_type = 'BASE TABLE'
       and data_type in ('text', 'character varying', 'json', 'jsonb', 'bytea', 'tsvector', 'ARRAY')`,
  );
  expect(columns.map(({ place }) => place)).toContain('inbound_events.body');
  const holding: string[] = [];
  for (const { place, query } of columns) if ((await world.rows(query)).length > 0) holding.push(place);
  expect(holding).toEqual([]);
});
