import { expect, test } from 'vitest';
import { createInteractions, NotSending } from './interactions.ts';

test('what waits when sending ends is refused and never made; so is what comes before it begins again', async () => {
  const interactions = createInteractions();
  const made: string[] = [];
  const call = (name: string) => async () => void made.push(name);
  const waiting = [interactions.add('a', call('first')), interactions.add('b', call('second'))];
  interactions.close();
  const late = interactions.add('a', call('late'));
  for (const refused of [...waiting, late]) await expect(refused).rejects.toThrow(NotSending);
  expect(interactions.lanes()).toEqual([]);

  interactions.open();
  const again = interactions.add('a', call('again'));
  await interactions.runNext('a');
  await again;
  expect(made).toEqual(['again']);
});
