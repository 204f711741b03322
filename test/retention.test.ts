import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, type Db } from '../src/database/connect.ts';
import { createLog } from '../src/log.ts';
import { forgetOld } from '../src/retention/forget-old.ts';
import { postAlert, type Product, startProduct } from './support/product.ts';

let product: Product;
let db: Db;
beforeAll(async () => {
  product = await startProduct();
  db = connect(product.databaseUrl, { role: 'test', connections: 1, log: createLog('silent', { pretty: false }) });
});
afterAll(async () => {
  await db.destroy();
  await product.stop();
});

test('payloads go after their days, incidences, their history and what was never processed stay', async () => {
  await postAlert(product, { severity: 'high', reason: 'TEST', conversation_id: 1, message: 'help' });
  const stored = { source: 'tawk', event: 'x', headers: '{}', body: Buffer.from('{}'), receivedAt: new Date() };
  const nobodyProcesses = { ...stored, deliveryId: 'waits', attempts: 0, retryAt: new Date(Date.now() + 86_400_000) };
  await db.insertInto('inboundEvents').values(nobodyProcesses).execute();

  expect(await forgetOld(db, 90, new Date())).toMatchObject({ inbound: 0 });
  const in91Days = new Date(Date.now() + 91 * 86_400_000);
  expect(await forgetOld(db, 90, in91Days)).toMatchObject({ inbound: 1 });
  expect((await db.selectFrom('inboundEvents').select('deliveryId').execute()).map((row) => row.deliveryId)).toEqual([
    'waits',
  ]);
  expect(await db.selectFrom('incidences').select('id').execute()).toHaveLength(1);
  expect(await db.selectFrom('incidenceHistory').select('id').execute()).toHaveLength(1);
});
