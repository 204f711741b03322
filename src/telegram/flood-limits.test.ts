import { assert, constantFrom, array, integer, nat, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { earliest, type Priority, type Rule, type SentMessage } from '../delivery/pace.ts';
import { telegramLimits } from './flood-limits.ts';

const second = 1_000;
const group = telegramLimits.lane('telegram:-100');
const inPrivate = telegramLimits.lane('telegram:7');

/** Messages with what they wait after the one before came, and how urgent they are. */
const traffic = (priorities: readonly Priority[], most: number) =>
  array(record({ afterMs: nat(20_000), priority: constantFrom(...priorities) }), { maxLength: most });

test.each([
  { chat: 'group', limits: group, published: [{ max: 20, windowMs: 60 * second }] },
  { chat: 'private', limits: inPrivate, published: [] },
])('however messages come, no window of Telegram is overfull ($chat)', ({ limits, published }) => {
  assert(
    property(traffic(['interactive', 'critical', 'high', 'normal'], 120), (messages) => {
      const sent = simulate(messages, limits);
      for (const rule of [...published, { max: 4, windowMs: 3 * second }])
        expect(fullest(sent, rule)).toBeLessThanOrEqual(rule.max);
    }),
  );
});

test('without people asking, a chat gets one message a second, and the last quarter of its minute is for the urgent', () => {
  assert(
    property(traffic(['high', 'normal'], 120), (messages) => {
      const sent = simulate(messages, group);
      expect(fullest(sent, { max: 1, windowMs: second })).toBeLessThanOrEqual(1);
      expect(fullest(sent, { max: 18, windowMs: 60 * second })).toBeLessThanOrEqual(18);
      const onlyNormal = simulate(
        messages.map((message) => ({ ...message, priority: 'normal' })),
        group,
      );
      expect(fullest(onlyNormal, { max: 15, windowMs: 60 * second })).toBeLessThanOrEqual(15);
    }),
  );
});

test('whatever was sent before, commands included, the k-th of criticals that come at once leaves within 3 s × k + 5 s', () => {
  const anything = traffic(['interactive', 'high', 'normal'], 60);
  assert(
    property(anything, integer({ min: 1, max: 40 }), nat(61_000), (history, count, later) => {
      const before = simulate(history, group);
      const comeAt = (before.at(-1)?.at ?? 0) + later;
      const sent = [...before];
      for (let k = 1; k <= count; k += 1) {
        const at = Math.max(comeAt, earliest(sent, group.critical));
        expect(at - comeAt).toBeLessThanOrEqual(3 * second * k + 5 * second);
        sent.push({ at, priority: 'critical' });
      }
    }),
    { numRuns: 3_000 },
  );
});

test('a critical leaves in time however many commands are typed while it waits', () => {
  const gaps = array(nat(20_000), { minLength: 1, maxLength: 25 });
  assert(
    property(gaps, integer({ min: 500, max: 5_000 }), (between, everyMs) => {
      const commands = every(everyMs, 600 * second, 'interactive');
      let now = 61 * second;
      const criticals = between.map((gap): Message => ({ at: (now += gap), priority: 'critical' }));
      const served = share([...commands, ...criticals]).filter(({ priority }) => priority === 'critical');
      expect(served).toHaveLength(between.length);
      for (const [index, { at, sentAt }] of served.entries()) {
        // Of one rush with it: those that still waited when it came, or left in the minute before.
        const k = 1 + served.slice(0, index).filter((other) => other.sentAt > at - 61 * second).length;
        expect(sentAt - at).toBeLessThanOrEqual(3 * second * k + 5 * second);
      }
    }),
    { numRuns: 20 },
  );
});

test('answers to people are at most three quarters of a group’s minute', () => {
  assert(
    property(traffic(['interactive'], 120), (messages) => {
      expect(fullest(simulate(messages, group), { max: 15, windowMs: 60 * second })).toBeLessThanOrEqual(15);
    }),
  );
});

test('after any number of cards an answer may leave at once', () => {
  assert(
    property(traffic(['normal'], 120), (messages) => {
      const sent = simulate(messages, group);
      const last = sent.at(-1)?.at ?? 0;
      expect(earliest(sent, group.interactive)).toBeLessThanOrEqual(last + 2.1 * second);
    }),
  );
});

test.each([3, 5, 8, 12])(
  'an hour of an alert every %i s, each acknowledged 20 s after its card: presses show soon',
  (everySeconds) => {
    const waits = pressedCards(everySeconds * second, 20 * second, 3_600 * second);
    expect(waits.length).toBeGreaterThan(200);
    expect(quantile(waits, 0.95)).toBeLessThanOrEqual(3 * second);
  },
);

test('the bot as a whole stays below thirty a second', () => {
  const sent: SentMessage[] = [];
  for (let message = 0; message < 200; message += 1) {
    sent.push({ at: earliest(sent, telegramLimits.group('telegram')), priority: 'normal' });
  }
  expect(fullest(sent, { max: 30, windowMs: second })).toBeLessThanOrEqual(30);
});

/** What is sent when: in the order they came, each as early as the pace allows. */
function simulate(
  messages: readonly { afterMs: number; priority: Priority }[],
  limits: Readonly<Record<Priority, readonly Rule[]>>,
): SentMessage[] {
  const sent: SentMessage[] = [];
  let now = 0;
  for (const { afterMs, priority } of messages) {
    now = Math.max(now + afterMs, earliest(sent, limits[priority]));
    sent.push({ at: now, priority });
  }
  return sent;
}

type Message = Readonly<{ at: number; priority: Priority }>;

function every(everyMs: number, untilMs: number, priority: Priority): Message[] {
  return Array.from({ length: Math.floor(untilMs / everyMs) }, (_, index) => ({ at: index * everyMs, priority }));
}

/** One group as the dispatcher serves it: criticals first, then people, then the rest; each in the order it came. */
function share(messages: readonly Message[]): (Message & { sentAt: number })[] {
  const order: readonly Priority[] = ['critical', 'interactive', 'high', 'normal'];
  const coming = messages.toSorted((a, b) => a.at - b.at);
  const waiting = new Map(order.map((priority): [Priority, Message[]] => [priority, []]));
  const sent: SentMessage[] = [];
  const served: (Message & { sentAt: number })[] = [];
  let now = 0;
  for (let arrived = 0; ; ) {
    for (; (coming[arrived]?.at ?? Number.POSITIVE_INFINITY) <= now; arrived += 1) {
      const message = coming[arrived];
      if (message) waiting.get(message.priority)?.push(message);
    }
    const isCriticalDue = (waiting.get('critical')?.length ?? 0) > 0;
    const candidates = order
      .filter((priority) => (waiting.get(priority)?.length ?? 0) > 0)
      .filter((priority) => !isCriticalDue || priority === 'critical')
      .map((priority) => ({ priority, at: earliest(sent.slice(-40), group[priority]) }));
    const ready = candidates.find(({ at }) => at <= now);
    const message = ready && waiting.get(ready.priority)?.shift();
    if (message) {
      sent.push({ at: now, priority: message.priority });
      served.push({ ...message, sentAt: now });
      continue;
    }
    const next = Math.min(coming[arrived]?.at ?? Number.POSITIVE_INFINITY, ...candidates.map(({ at }) => at));
    // Normal messages may wait for ever while people keep the chat busy; nobody asks for them here.
    if (
      !Number.isFinite(next) ||
      (arrived === coming.length && !candidates.some(({ priority }) => priority !== 'normal'))
    )
      return served;
    now = next;
  }
}

/** How long (ms) each edit of a pressed card waits, where cards wait for the edits and are never dropped. */
function pressedCards(everyMs: number, pressAfterMs: number, untilMs: number): number[] {
  const sent: SentMessage[] = [];
  const waits: number[] = [];
  const presses: number[] = [];
  let now = 0;
  let nextAlert = 0;
  while (now < untilMs) {
    const cardAt = Math.max(nextAlert, now, earliest(sent, group.normal));
    const pressedAt = presses[0] ?? Number.POSITIVE_INFINITY;
    const editAt = Math.max(pressedAt, now, earliest(sent, group.interactive));
    now = Math.min(cardAt, editAt);
    if (editAt <= cardAt) {
      presses.shift();
      waits.push(editAt - pressedAt);
      sent.push({ at: now, priority: 'interactive' });
    } else {
      nextAlert += everyMs;
      presses.push(now + pressAfterMs);
      sent.push({ at: now, priority: 'normal' });
    }
  }
  return waits;
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
}

/** The most messages that any window of this length holds. */
function fullest(sent: readonly SentMessage[], { windowMs }: Rule): number {
  const counts = sent.map(({ at: start }) => sent.filter(({ at }) => at >= start && at < start + windowMs).length);
  return Math.max(0, ...counts);
}
