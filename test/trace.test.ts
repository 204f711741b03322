import { expect, test, vi } from 'vitest';
import { post, postAlert, secrets } from './support/product.ts';
import { type BellhopProcess, startProcess } from './support/processes.ts';
import { alertOf, allShown, nothingWaits, startWorld } from './support/world.ts';

vi.setConfig({ testTimeout: 60_000 });

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

test('one id follows an alert through the logs of the receiver, the processor and the sender', async (context) => {
  const world = await startWorld(context);
  const start = (roles: string, env = {}) => startProcess(world, { env: { ROLES: roles, ...env } });
  const [receiver, processor, sender] = await Promise.all([
    start('http', { LOG_LEVEL: 'debug' }),
    start('process'),
    start('bot'),
  ]);
  await sender.said('telegram.connected');

  await post(`${receiver.baseUrl}/api/v1/chatwoot/alerts`, JSON.stringify(alertOf(1)), {
    authorization: `Bearer ${secrets.alertKey}`,
    traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
  });
  await postAlert(receiver, alertOf(2));
  await allShown(world.sandbox, [1, 2]);
  await nothingWaits(world);

  await receiver.said(traceId);
  const [given] = linesWith(receiver, 'inbound.stored', traceId);
  expect(given?.trace_ids).toEqual([traceId]);
  const [processed] = linesWith(processor, 'inbound.processed', traceId);
  const [sent] = linesWith(sender, 'delivery.attempted', traceId);
  expect(processed).toMatchObject({ trace_id: traceId, state: 'processed', incidence: expect.any(Number) });
  expect(sent).toMatchObject({
    trace_id: traceId,
    incidence: processed?.incidence,
    kind: 'send_card',
    outcome: 'sent',
  });

  // Whoever sends none gets one of their own.
  const made = linesWith(receiver, 'inbound.stored').flatMap((line) => line.trace_ids ?? []);
  const other = made.find((id) => id !== traceId) ?? '';
  expect(other).toMatch(/^[\da-f]{32}$/);
  const incidences = [processor, sender].map((one) => linesWith(one, '', other).map(({ incidence }) => incidence));
  expect(incidences).toEqual([[expect.any(Number)], [incidences[0]?.[0]]]);
  expect(incidences[0]).not.toEqual([processed?.incidence]);
});

type Line = Readonly<{ msg: string; trace_id?: string; trace_ids?: string[]; incidence?: number }>;

function linesWith({ output }: BellhopProcess, msg: string, id = ''): Line[] {
  const lines = output()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.includes(id));
  return lines.map((line) => JSON.parse(line) as Line).filter((line) => msg === '' || line.msg === msg);
}
