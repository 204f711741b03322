import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type BenchServer, startServer, temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { plain, quantile } from '../support/numbers.ts';
import { productEnv, secrets, startProduct } from '../support/product.ts';
import { alertPath } from '../support/storm.ts';
import { startTelegram, type Telegram } from '../support/sandbox.ts';

/**
 * From a press of Acknowledge to the edit of the pressed card, in a group with Telegram's limits; beside the same
 * acknowledgement typed to the bot in private, after which the card's edit is an ordinary delivery.
 */
export const press: Figure = { name: 'press', run };

type Way = 'press' | 'command';

const everyMs = 5_000;
const pressAfterMs = 20_000;
const idleEveryMs = 3_000;

async function run(bench: Bench): Promise<Row[]> {
  const directory = await temporaryDirectory();
  const server = await startServer();
  const idle = bench.quick ? 2 : 8;
  const alerts = bench.quick ? 4 : 24;
  const [pressed, typed] = await Promise.all(
    (['press', 'command'] as const).map((way) => measure(way, server, join(directory, `${way}.log`), idle, alerts)),
  );
  if (!pressed || !typed) throw new Error('nothing was measured');
  return rowsOf(pressed, typed);
}

type Measured = Readonly<{ idle: readonly number[]; stream: readonly number[] }>;

async function measure(way: Way, server: BenchServer, output: string, idle: number, alerts: number): Promise<Measured> {
  const telegram = await startTelegram('realistic');
  const { port } = await startProduct({ env: productEnv(await server.create(way), telegram.apiRoot), output });
  const idleWaits: number[] = [];
  for (let conversation = 1; conversation <= idle; conversation += 1) {
    await post(port, conversation);
    await wait(idleEveryMs);
    idleWaits.push(await acknowledge(telegram, way, conversation));
    await wait(idleEveryMs);
  }
  const waits: Promise<number>[] = [];
  for (let index = 0; index < alerts; index += 1) {
    const conversation = idle + 1 + index;
    await post(port, conversation);
    waits.push(wait(pressAfterMs).then(() => acknowledge(telegram, way, conversation)));
    await wait(everyMs);
  }
  const stream = await Promise.all(waits);
  // Cards that had not come, or had folded into the storm card, cannot be pressed.
  return { idle: idleWaits, stream: stream.filter((ms) => !Number.isNaN(ms)) };
}

async function post(port: number, conversation: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}${alertPath}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secrets.alertKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      severity: 'medium',
      reason: 'BENCH',
      conversation_id: conversation,
      message: `alert number ${conversation}.`,
    }),
  });
  if (!response.ok) throw new Error(`the alert was answered ${response.status}`);
}

/** How long (ms) until the card shows who has it; NaN where there is no card. */
function acknowledge(telegram: Telegram, way: Way, conversation: number): Promise<number> {
  return telegram.call('acknowledge', way, `alert number ${conversation}.`);
}

function rowsOf(pressed: Measured, typed: Measured): Row[] {
  const compare = (name: string, ours: readonly number[], theirs: readonly number[], targetMs: number): Row => {
    const [mine, other] = [quantile(ours, 0.95), quantile(theirs, 0.95)];
    return row(`${name}, p95 of ${ours.length}, against the edit as an ordinary delivery`, {
      ours: `${plain(mine)} ms`,
      baseline: `${plain(other)} ms`,
      ratio: plain(mine / other),
      target: `≤ ${plain(targetMs)} ms`,
      ok: mine <= targetMs,
    });
  };
  return [
    compare('Press → the pressed card changed, idle', pressed.idle, typed.idle, 300),
    compare('Press → the pressed card changed, 12 medium alerts a minute', pressed.stream, typed.stream, 3_000),
  ];
}
