import { connect, type Db } from '../../src/database/connect.ts';
import { migrate } from '../../src/database/migrate.ts';
import * as dueStore from '../../src/incidences/due-store.ts';
import { createLog } from '../../src/log.ts';
import { query, startServer } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { plain, quantile } from '../support/numbers.ts';

/** Finding what is due among open incidences: the look that the job takes, and with locking what is due. Beside the same without the index. */
export const escalation: Figure = { name: 'escalation', run };

const incidences = 10_000;
const due = 20;
const targetMs = 5;

async function run({ quick }: Bench): Promise<Row[]> {
  const server = await startServer();
  const url = await server.create('escalation');
  const db = connect(url, { role: 'bench', connections: 1, log: createLog('silent', { pretty: false }) });
  try {
    await migrate(db);
    await query(
      url,
      `insert into incidences (source, kind, account, external_id, status, severity, happened_at, opened_at, open_since,
         next_due_at, updated_at)
       select 'chatwoot', 'conversation', '1', number::text, 'open', 'high', now(), now(), now(),
         now() + (number - $1::int) * interval '1 second', now()
       from generate_series(1, $2::int) number`,
      [due, incidences],
    );
    await query(url, 'analyze');
    const times = quick ? 50 : 1_000;
    const indexed = await look(db, times);
    await query(url, 'drop index incidences_due');
    const scanned = await look(db, times);
    return [
      figure(
        `Finding the next of ${incidences.toLocaleString('en')} open incidences that is due`,
        indexed.next,
        scanned.next,
        times,
      ),
      figure(`Finding and locking the ${due} that are due`, indexed.locked, scanned.locked, times),
    ];
  } finally {
    await db.destroy();
  }
}

type Looked = Readonly<{ next: number[]; locked: number[] }>;

async function look(db: Db, times: number): Promise<Looked> {
  const looked: Looked = { next: [], locked: [] };
  const now = new Date();
  // The first ones warm up.
  for (let index = -20; index < times; index += 1) {
    const begun = performance.now();
    await dueStore.findNextDue(db);
    const found = performance.now();
    await db.transaction().execute(async (trx) => {
      const { length } = await dueStore.lockDue(trx, 200, now);
      if (length < due) throw new Error(`${length} were due, not ${due}`);
    });
    const ended = performance.now();
    if (index >= 0) looked.next.push(found - begun);
    if (index >= 0) looked.locked.push(ended - found);
  }
  return looked;
}

function figure(what: string, ours: number[], baseline: number[], times: number): Row {
  const [withIndex, without] = [quantile(ours, 0.99), quantile(baseline, 0.99)];
  return row(`${what}, p99 of ${times}, against the same without its index`, {
    ours: `${plain(withIndex)} ms`,
    baseline: `${plain(without)} ms`,
    ratio: plain(withIndex / without),
    target: `≤ ${targetMs} ms`,
    ok: withIndex <= targetMs,
  });
}
