import { expect, test } from 'vitest';
import { pauseBeforeNext } from './rescue-lost-chats.ts';

test.each([
  { chats: { lost: 0, isRescuable: false, moves: 0 }, ms: undefined, when: 'nothing is lost' },
  { chats: { lost: 2, isRescuable: false, moves: 0 }, ms: 30_000, when: 'only admins have blocked the bot' },
  {
    chats: { lost: 1, isRescuable: true, moves: 1 },
    ms: 1_000,
    when: "the team's chat is lost and an admin can be told",
  },
  { chats: { lost: 1, isRescuable: false, moves: 1 }, ms: 10_000, when: 'a chat moved' },
])('lost chats are looked at again in $ms ms when $when', ({ chats, ms }) => {
  expect(pauseBeforeNext(chats)).toBe(ms);
});
