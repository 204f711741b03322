import { DateTime } from 'luxon';
import type { Subject } from '../../../sources/source-event.ts';
import type { Severity } from '../samples/customers.ts';
import { alertStep, chatwootStory, subjectOf } from './chatwoot-story.ts';
import { demoContext } from './context.ts';
import { demoCustomer } from './people.ts';
import { type Chance, createChance } from './random.ts';
import { type DemoStep, minutesAfter } from './step.ts';
import { handle, takeAgain, type Teller } from './team-story.ts';
import { orderStep, tawkStory, ticketStep } from './tawk-story.ts';
import { demoAnswers, demoInboxes, demoTroubles, stormText } from './words.ts';

type Span = Readonly<{ now: Date; zone: string; days: number; perDay: number; seed: number }>;
type Begin = Readonly<{ at: Date; number: number; isStorm: boolean }>;

/** How busy the hours of a day are, from midnight on. */
const busyHours = [2, 1, 1, 0, 0, 1, 2, 3, 5, 7, 9, 11, 12, 11, 8, 7, 7, 8, 11, 13, 11, 8, 5, 3];
/** When those came that nobody has looked at yet. */
const minutesAgo = [24, 11, 6, 2];
const stormHour = 19;
const stormCount = 45;

/** Everything that happened in the days before `now`, in order; the same for the same arguments. Pure. */
export function tellFortnight({ now, zone, days, perDay, seed }: Span): DemoStep[] {
  const teller = { chance: createChance(seed), zone };
  const begins = beginnings(teller, { now, days, perDay }).toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const told = begins.flatMap(({ at, isStorm }, index) =>
    tellConversation(teller, { at, isStorm, number: 10_001 + index }),
  );
  const waiting = minutesAgo.flatMap((minutes, index) => {
    const begin = { at: minutesAfter(now, -minutes), isStorm: false, number: 20_001 + index };
    return tellConversation(teller, begin).slice(0, 1);
  });
  return [...told, ...waiting].filter(({ at }) => at <= now).toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

function beginnings({ chance, zone }: Teller, { now, days, perDay }: Pick<Span, 'now' | 'days' | 'perDay'>) {
  const today = DateTime.fromJSDate(now, { zone }).startOf('day');
  const hours = busyHours.flatMap((weight, hour) => Array.from({ length: weight }, () => hour));
  return Array.from({ length: days + 1 }, (_, index) => today.minus({ days: days - index })).flatMap((day, index) => {
    const isWeekend = day.weekday > 5;
    // A little more each week.
    const count = Math.round(perDay * (isWeekend ? 1.3 : 1) * (0.85 + 0.2 * chance.next()) * (1 + index / days / 4));
    const usual = Array.from({ length: count }, () => {
      const minutes = chance.pick(hours) * 60 + chance.next() * 60;
      return { at: day.plus({ minutes }).toJSDate(), isStorm: false };
    });
    const storm = index === Math.max(0, days - 4) ? Math.round(stormCount * Math.min(1, perDay / 20)) : 0;
    const outage = Array.from({ length: storm }, () => {
      const minutes = stormHour * 60 + chance.next() * 18;
      return { at: day.plus({ minutes }).toJSDate(), isStorm: true };
    });
    return [...usual, ...outage];
  });
}

function tellConversation(teller: Teller, begin: Begin): DemoStep[] {
  const { chance } = teller;
  const dice = chance.next();
  if (begin.isStorm || dice < 0.4) return tellAlert(teller, begin);
  if (dice < 0.68) return tellChatwoot(teller, begin);
  if (dice < 0.95) return tellChat(teller, begin);
  return tellTicket(teller, begin);
}

function tellAlert(teller: Teller, { at, number, isStorm }: Begin): DemoStep[] {
  const { chance } = teller;
  const severity = isStorm ? 'high' : pickSeverity(chance);
  const [reason, text] = isStorm ? stormText : chance.pick(demoTroubles[severity]);
  const customer = demoCustomer(chance);
  const context = demoContext(chance, isStorm ? 'payment' : undefined);
  const alert = { id: number, severity, reason, text, customer, context };
  const conversation = { id: number, inboxId: 12, customer, text, startedAt: at };
  const story = chatwootStory({ conversation, inbox: chance.pick(demoInboxes), context });
  const subject = subjectOf('alert', number);
  const { steps, answeredAt, by, closedAt } = handle(teller, { at, severity, subject, isStorm });
  const ratedAt = closedAt && chance.happens(0.03) ? minutesAfter(closedAt, 30) : undefined;
  return [
    alertStep(at, alert),
    ...(chance.happens(0.1) ? [alertStep(minutesAfter(at, 3), alert)] : []),
    ...(answeredAt ? [story.answered(answeredAt, chance.pick(demoAnswers), by)] : []),
    ...steps,
    ...(ratedAt ? [story.rated(ratedAt, 2, 'Took too long'), ...takeAgain(teller, subject, ratedAt)] : []),
  ];
}

function tellChatwoot(teller: Teller, { at, number }: Begin): DemoStep[] {
  const { chance } = teller;
  const severity = pickSeverity(chance);
  const [, text] = chance.pick(demoTroubles[severity]);
  const conversation = { id: number, inboxId: 12, customer: demoCustomer(chance), text, startedAt: at };
  const story = chatwootStory({ conversation, inbox: chance.pick(demoInboxes), context: demoContext(chance) });
  const { steps, answeredAt, by, closedAt } = handle(teller, { at, severity, subject: story.subject });
  const againAt = closedAt && chance.happens(0.08) ? minutesAfter(closedAt, 90) : undefined;
  return [
    story.wrote(at, text),
    ...(chance.happens(0.3) ? [story.wrote(minutesAfter(at, 2), 'Hello? Is anybody there?')] : []),
    ...(answeredAt ? [story.answered(answeredAt, chance.pick(demoAnswers), by)] : []),
    ...steps,
    ...(againAt ? [story.wrote(againAt, 'It happened again.'), ...takeAgain(teller, story.subject, againAt)] : []),
  ];
}

function tellChat(teller: Teller, { at, number }: Begin): DemoStep[] {
  const { chance } = teller;
  const severity = pickSeverity(chance);
  const [, text] = chance.pick(demoTroubles[severity]);
  const customer = demoCustomer(chance);
  const chat = { chatId: `demo-chat-${number}`, customer, text, startedAt: at };
  const story = tawkStory(chat, demoContext(chance));
  const visitorSays = { at: minutesAfter(at, 0.1), by: 'visitor' as const, text };
  if (chance.happens(0.12)) {
    const end = minutesAfter(at, chance.around(6));
    return [
      story.started(at),
      story.ended(end),
      story.transcript(minutesAfter(end, 1), [visitorSays]),
      ...takeAgain(teller, story.subject, end),
    ];
  }
  const { steps, by, answeredAt, closedAt } = handle(teller, { at, severity, subject: story.subject });
  const answered = answeredAt ?? minutesAfter(at, 5);
  const end = minutesAfter(answered, chance.around(9));
  const lines = [
    visitorSays,
    ...demoAnswers.map((answer, index) => ({
      at: minutesAfter(answered, index * 2),
      by: 'agent' as const,
      name: by,
      text: answer,
    })),
    { at: end, by: 'visitor' as const, text: 'Wonderful, thank you! 🎉' },
  ];
  return [
    story.started(at),
    story.ended(end),
    story.transcript(minutesAfter(end, 1), lines),
    ...(chance.happens(0.35) ? [orderStep(minutesAfter(end, 0.5), customer.email, 80_000 + number)] : []),
    // Nobody closes a chat that goes on.
    ...steps.map((step) =>
      closedAt && closedAt < end && step.at >= closedAt
        ? { ...step, at: new Date(step.at.getTime() + end.getTime() - closedAt.getTime() + 1) }
        : step,
    ),
  ];
}

function tellTicket(teller: Teller, { at, number }: Begin): DemoStep[] {
  const { chance } = teller;
  const [, message] = chance.pick(demoTroubles.medium);
  const id = `demo-ticket-${number}`;
  const subject: Subject = { source: 'tawk', kind: 'ticket', account: '66b1d0a4c2f7e95310ab42de', externalId: id };
  const ticket = { humanId: number, customer: demoCustomer(chance), subject: 'About my order', message };
  return [ticketStep(at, ticket, id), ...handle(teller, { at, severity: 'low', subject }).steps];
}

function pickSeverity(chance: Chance): Severity {
  const dice = chance.next();
  if (dice < 0.05) return 'critical';
  if (dice < 0.22) return 'high';
  return dice < 0.7 ? 'medium' : 'low';
}
