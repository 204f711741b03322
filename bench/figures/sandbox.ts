import { Agent, request } from 'node:http';
import { SEED } from '../../src/app/sandbox-mode/seed.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { plain } from '../support/numbers.ts';
import { token } from '../support/product.ts';
import { startTelegram } from '../support/sandbox.ts';

/** How fast the sandbox takes messages, so that the other figures measure the product and not the sandbox. */
export const sandbox: Figure = { name: 'sandbox', run };

const connections = 16;

async function run(bench: Bench): Promise<Row[]> {
  const count = bench.quick ? 1_000 : 10_000;
  const telegram = await startTelegram('off');
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const url = `${telegram.apiRoot}/bot${token}/sendMessage`;
  const begun = performance.now();
  let sent = 0;
  const send = async (): Promise<void> => {
    while (sent < count) {
      sent += 1;
      await post(url, agent, { chat_id: SEED.supportTeam, text: `<b>#${sent}</b> · open`, parse_mode: 'HTML' });
    }
  };
  await Promise.all(Array.from({ length: connections }, send));
  const seconds = (performance.now() - begun) / 1_000;
  agent.destroy();
  return [
    row(`The sandbox: ${plain(count)} sendMessage calls accepted, ${connections} connections`, {
      ours: `${plain(seconds)} s`,
      target: '≤ 3 s',
      ok: seconds <= 3,
    }),
  ];
}

function post(url: string, agent: Agent, body: unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent, method: 'POST', headers: { 'content-type': 'application/json' } }, (answer) => {
      answer
        .resume()
        .on('end', () => (answer.statusCode === 200 ? resolve() : reject(new Error(`${answer.statusCode}`))));
    });
    call.on('error', reject).end(JSON.stringify(body));
  });
}
