import { expect, test, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import { chatwootEnv, notesOf, startChatwoot, tellProduct } from './support/chatwoot.ts';
import { post, postAlert, secrets } from './support/product.ts';
import { type BellhopProcess, startProcess } from './support/processes.ts';
import { waitUntil } from './support/wait.ts';
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

test('one id follows a press, and a command, to the cards and into Chatwoot', async (context) => {
  const world = await startWorld(context);
  const peer = await startChatwoot(context);
  const bellhop = await startProcess(world, { env: chatwootEnv(peer) });
  tellProduct(peer, bellhop);
  const team = openChat(world);
  const conversation = peer.open();
  await team.waitForButton(1, 'Acknowledge');
  // What follows is not said on behalf of what came before.
  await nothingWaits(world);

  await team.press(1, 'Acknowledge');
  await waitUntil(() => notesOf(peer, conversation.id).length === 1);
  await team.ask('/tag 1 refund');
  await waitUntil(() => peer.conversation(conversation.id).labels.includes('refund'));
  await team.ask('/ack 1', SEED.ben);
  await nothingWaits(world);
  const handled = await waitUntil(() => {
    const lines = linesWith(bellhop, 'telegram.handled');
    return lines.length === 3 && lines;
  });

  const [pressed, tagged, refused] = handled.map(({ trace_id: id = '' }) => id);
  expect(handled).toMatchObject([{ press: 'acknowledge' }, { command: 'tag' }, { command: 'ack' }]);
  expect(whatFollowed(bellhop, pressed)).toEqual(['acknowledge done', 'chatwoot_note', 'edit_card']);
  expect(whatFollowed(bellhop, tagged)).toEqual(['chatwoot_labels', 'edit_card', 'tag done']);
  expect(whatFollowed(bellhop, refused)).toEqual(['acknowledge already-acknowledged']);
});

type Line = Readonly<{
  msg: string;
  trace_id?: string;
  trace_ids?: string[];
  incidence?: number;
  action?: string;
  kind?: string;
  outcome?: string;
}>;

/** What was done to the first incidence, and the kinds of its deliveries, in alphabetical order. */
function whatFollowed(bellhop: BellhopProcess, id: string | undefined): string[] {
  expect(id).toMatch(/^[\da-f]{32}$/);
  const [acted, attempted] = ['incidence.acted', 'delivery.attempted'].map((msg) =>
    linesWith(bellhop, msg).filter(({ trace_id, incidence }) => trace_id === id && incidence === 1),
  );
  const words = [
    ...(acted ?? []).map(({ action, outcome }) => `${action} ${outcome}`),
    ...(attempted ?? []).map(({ kind }) => String(kind)),
  ];
  return [...new Set(words)].toSorted();
}

function linesWith({ output }: BellhopProcess, msg: string, id = ''): Line[] {
  const lines = output()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.includes(id));
  return lines.map((line) => JSON.parse(line) as Line).filter((line) => msg === '' || line.msg === msg);
}
