import { test } from 'vitest';
import { SEED } from '../src/sandbox/seed.ts';
import { startProcess } from './support/processes.ts';
import { postAlerts, startWorld } from './support/world.ts';
test('x', async () => {
  const world = await startWorld();
  const a = await startProcess({...world, env: {LOG_LEVEL: 'debug'}});
  await a.said('telegram.connected');
  const b = await startProcess({...world, env: {LOG_LEVEL: 'debug'}});
    const posting = postAlerts(b, [1,2,3,4,5]);
    world.sandbox.type({ chatId: SEED.supportTeam, by: SEED.ana, text: '/open' });
  let t = performance.now();
  const lap = (s: string) => console.log(s, performance.now() - t);
  a.signal('SIGTERM'); await a.exited; lap('exited'); await posting; lap('posted'); await b.said('telegram.connected'); lap('connected');
  console.log(a.output(), '\n', b.output());
});
