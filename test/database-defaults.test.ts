import { expect, test, vi } from 'vitest';
import { openChat } from './support/chat.ts';
import { createTestDatabase } from './support/database.ts';
import { postAlert, quiet, startProduct } from './support/product.ts';
import { alertOf, connectTo } from './support/world.ts';
import { waitUntil } from './support/wait.ts';

vi.setConfig({ testTimeout: 60_000 });

const defaults: string[][] = [
  ["datestyle to 'German'"],
  ["datestyle to 'SQL, DMY'", "timezone to 'Asia/Kolkata'", "intervalstyle to 'sql_standard'"],
  ["default_transaction_isolation to 'serializable'"],
  ['statement_timeout to 50', 'lock_timeout to 1', 'idle_in_transaction_session_timeout to 1'],
  ["client_encoding to 'LATIN1'", 'standard_conforming_strings to off', "bytea_output to 'escape'"],
];

test.each(defaults)(
  'cards come and /open and /why work where the database says: set %s',
  async (...settings: string[]) => {
    const database = await createTestDatabase();
    const admin = await connectTo(database.url);
    const name = new URL(database.url).pathname.slice(1);
    for (const setting of settings) await admin.query(`alter database ${name} set ${setting}`);
    await admin.end();

    const product = await startProduct({ databaseUrl: database.url });
    try {
      const { status, body } = await postAlert(product, { ...alertOf(4301), message: 'hélp — साहाय्य' });
      expect(status).toBe(200);
      const team = openChat(product);
      await waitUntil(async () => team.messages().some(({ text }) => text?.includes('hélp — साहाय्य')));
      const [incidence] = await product.rows<{ id: string }>('select id from incidences');
      expect((await team.ask('/open')).text).toContain('4301');
      const why = (await team.ask(`/why ${incidence?.id}`)).text;
      expect(why).toContain('received as an alert');
      expect(why).not.toContain('Invalid');
      expect(body).toMatchObject({ success: true });
      await quiet(product);
    } finally {
      await product.stop();
      await database.drop();
    }
  },
);

test('a NOTIFY of unknown words is ignored', async () => {
  const product = await startProduct();
  try {
    await product.rows("select pg_notify('bellhop_wake', 'x error newListener')");
    expect((await postAlert(product, alertOf(1))).status).toBe(200);
    await quiet(product);
    expect(openChat(product).messages()).not.toHaveLength(0);
  } finally {
    await product.stop();
  }
});
