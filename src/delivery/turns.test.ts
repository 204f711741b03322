import { expect, test } from 'vitest';
import { createTurns, NotSending } from './turns.ts';

test('turns come in their order, one at a time, each lane by itself', async () => {
  const turns = createTurns();
  const spoke: string[] = [];
  const speak = async (lane: string, name: string) => {
    const end = await turns.wait(lane);
    spoke.push(name);
    end();
  };
  const all = Promise.all([speak('a', 'first'), speak('a', 'second'), speak('b', 'other')]);
  expect(turns.lanes()).toEqual(['a', 'b']);
  await turns.grantNext('a');
  expect(spoke).toEqual(['first']);
  await turns.grantNext('b');
  await turns.grantNext('a');
  await all;
  expect([spoke, turns.lanes()]).toEqual([['first', 'other', 'second'], []]);
});

test('who waits when the sender stops, or comes later, is refused', async () => {
  const turns = createTurns();
  const waiting = turns.wait('telegram:7');
  turns.close();
  await expect(waiting).rejects.toThrow(NotSending);
  await expect(turns.wait('telegram:7')).rejects.toThrow(NotSending);
  expect(turns.lanes()).toEqual([]);
});
