import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { isUnanswered, summarize } from './summary.ts';
import type { TranscriptMessage } from './transcript.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 2, 14, 9, 0, seconds));

/** `v 5 hello`: the visitor after five seconds; `a:Meera 9 hi`: an agent; `s - text`: the system, at no known time. */
function chat(...lines: string[]): { messages: TranscriptMessage[]; durationSeconds: undefined } {
  const messages = lines.map((line) => {
    const [, letter, name, seconds, text = ''] = /^(\w)(?::(\S+))? (\S+) ?(.*)$/s.exec(line) ?? [];
    const sender = letter === 'v' ? 'visitor' : letter === 'a' ? 'agent' : 'system';
    return { sender, name, text, at: seconds === '-' ? undefined : at(Number(seconds)), attachments: [] } as const;
  });
  return { messages, durationSeconds: undefined };
}

const waits: readonly (readonly [string, string[], number | null])[] = [
  ['nothing was said', [], null],
  ['only the system spoke', ['s 0 Welcome'], null],
  ['from the question to the answer', ['v 0 a?', 'a:M 30 b'], 30],
  ['the longest of several', ['v 0 a?', 'a:M 30 b', 'v 40 c?', 'a:M 140 d', 'v 150 e', 'a:M 151 f'], 100],
  ['from the first of several questions', ['v 0 a?', 'v 50 hello?', 'a:M 60 b'], 60],
  ['a greeting of the system ends no wait', ['v 0 a?', 's 1 Please wait', 'a:M 90 b'], 90],
  ['after a thank-you nobody waits', ['v 0 a?', 'a:M 20 b', 'v 25 thanks!'], 20],
  ['who asks again and again waits to the last question', ['v 0 a?', 'a:M 20 b', 'v 30 c?', 'v 90 hello??'], 60],
  ['an agent who speaks first makes nobody wait', ['a:M 0 Can I help?', 'v 40 no', 'a:M 41 ok'], 1],
  ['messages without a time are left out', ['v - a?', 'v 10 b?', 'a:M - c', 'a:M 15 d'], 5],
];

test.each(waits)('longest wait: %s', (_name, lines, seconds) => {
  expect(summarize(chat(...lines), null).longestWaitSeconds).toBe(seconds);
});

describe('a chat that nobody answered', () => {
  const asked = chat('s 0 Welcome', 'v 5 Anyone?', 'v 95 Hello??');

  it('counts the wait until the visitor left, where that is known', () => {
    expect(summarize(asked, null)).toMatchObject({ fromAgents: 0, answeredBy: [], longestWaitSeconds: 90 });
    expect(summarize(asked, at(245)).longestWaitSeconds).toBe(240);
    expect(summarize(asked, at(1)).longestWaitSeconds).toBe(90);
  });

  it('does not count the silence after an answer as a wait', () => {
    expect(summarize(chat('v 0 a?', 'a:M 20 b', 'v 25 thanks'), at(500)).longestWaitSeconds).toBe(20);
  });

  it.each([
    [['v 0 a?'], true],
    [['s 0 Welcome', 'v 1 a?', 's:Bot 2 I am a bot'], true],
    [['v 0 a?', 'a:M 1 b'], false],
    [['a:M 0 Can I help?', 'v 1 no'], false],
    [['s 0 Welcome'], false],
    [['a:M 0 Can I help?'], false],
    [[], false],
  ])('%j is unanswered: %s', (lines, unanswered) => {
    expect(isUnanswered(chat(...lines))).toBe(unanswered);
  });
});

describe('who answered and what was said last', () => {
  it('names agents once, in the order they came', () => {
    const { answeredBy, fromAgents } = summarize(chat('a:Meera 0 a', 'a:Arjun 1 b', 'a:Meera 2 c', 'a 3 d'), null);
    expect({ answeredBy, fromAgents }).toEqual({ answeredBy: ['Meera', 'Arjun'], fromAgents: 4 });
  });

  it('takes the last words of a person, on one line', () => {
    const { lastWords } = summarize(chat('a:M 0 Anything\nelse?', 's 1 Chat ended'), null);
    expect(lastWords).toEqual({ sender: 'agent', name: 'M', text: 'Anything else?' });
  });

  it('names the files of a message without words', () => {
    const file = { name: 'crack.jpg', url: undefined, mimeType: undefined, bytes: undefined };
    const [first] = chat('v 0').messages;
    if (!first) throw new Error('no message');
    const messages = [{ ...first, attachments: [file, file] }];
    expect(summarize({ messages, durationSeconds: 7 }, null)).toMatchObject({
      durationSeconds: 7,
      lastWords: { sender: 'visitor', name: null, text: '📎 crack.jpg, 📎 crack.jpg' },
    });
  });

  it('cuts long words without splitting a character', () => {
    const { lastWords } = summarize(chat(`v 0 ${'🙂'.repeat(300)}`), null);
    expect([...(lastWords?.text ?? '')]).toHaveLength(200);
    expect(lastWords?.text.isWellFormed()).toBe(true);
  });
});

test('no wait is longer than the chat until the visitor left', () => {
  const line = fc.tuple(fc.constantFrom('v', 'a:M', 's'), fc.nat(5_000)).map(([who, when]) => ({ who, when }));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), fc.nat(5_000), (lines, left) => {
      const sorted = lines.toSorted((a, b) => a.when - b.when);
      const transcript = chat(...sorted.map(({ who, when }) => `${who} ${when} x`));
      const { longestWaitSeconds } = summarize(transcript, at(left));
      const spoke = sorted.filter(({ who }) => who === 'v');
      if (spoke.length === 0) expect(longestWaitSeconds).toBeNull();
      else {
        const end = Math.max(sorted.at(-1)?.when ?? 0, left);
        expect(longestWaitSeconds).toBeGreaterThanOrEqual(0);
        expect(longestWaitSeconds).toBeLessThanOrEqual(end - (spoke[0]?.when ?? 0));
      }
    }),
  );
});
