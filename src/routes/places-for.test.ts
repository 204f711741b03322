import fc from 'fast-check';
import { expect, test } from 'vitest';
import { severities } from '../sources/severity.ts';
import { sourceNames } from '../sources/source-event.ts';
import { allPlaces, placesFor } from './places-for.ts';
import { type Condition, contradiction, matches, type Routable, type Route } from './route.ts';

const stages = ['PRE_ORDER', 'POST_ORDER'] as const;
const names = fc.constantFrom('Website chat', 'Shop', '7');
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ kind: fc.constant('source' as const), source: fc.constantFrom(...sourceNames) }),
  fc.record({
    kind: fc.constant('severity' as const),
    severity: fc.constantFrom(...severities),
    orWorse: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('stage' as const), stage: fc.constantFrom(...stages) }),
  fc.record({ kind: fc.constantFrom('inbox' as const, 'property' as const, 'tag' as const), name: names }),
);
const place = fc.record({ chatId: fc.constantFrom(-1, -2), threadId: fc.constantFrom(null, 4) });
const route: fc.Arbitrary<Route> = fc.record({
  id: fc.nat(),
  place,
  conditions: fc.array(condition, { minLength: 1, maxLength: 3 }),
  isLost: fc.constant(false),
});
const incidence: fc.Arbitrary<Routable> = fc
  .record({
    source: fc.constantFrom(...sourceNames),
    severity: fc.constantFrom(...severities),
    stage: fc.constantFrom(null, ...stages),
    property: fc.constantFrom(null, 'website  CHAT', 'shop'),
    inboxId: fc.constantFrom(null, '7'),
    tags: fc.subarray(['Shop', '7']),
    alertCount: fc.nat({ max: 2 }),
  })
  // Only conversations of Chatwoot are alerted about.
  .map((one) => (one.source === 'tawk' ? { ...one, alertCount: 0, inboxId: null } : one));

const defaults = [{ chatId: -9, threadId: null }];
const base: Routable = {
  source: 'chatwoot',
  severity: 'high',
  stage: null,
  property: 'Website chat',
  inboxId: '7',
  tags: ['vip'],
  alertCount: 0,
};

test('each condition asks for what it says', () => {
  const cases: [Condition, Partial<Routable>, boolean][] = [
    [{ kind: 'source', source: 'chatwoot' }, {}, true],
    [{ kind: 'source', source: 'chatwoot' }, { source: 'alert' }, true],
    [{ kind: 'source', source: 'alert' }, {}, false],
    [{ kind: 'source', source: 'alert' }, { alertCount: 1 }, true],
    [{ kind: 'source', source: 'tawk' }, {}, false],
    [{ kind: 'severity', severity: 'high', orWorse: false }, { severity: 'critical' }, false],
    [{ kind: 'severity', severity: 'high', orWorse: true }, { severity: 'critical' }, true],
    [{ kind: 'severity', severity: 'high', orWorse: true }, { severity: 'medium' }, false],
    [{ kind: 'inbox', name: 'website chat' }, {}, true],
    [{ kind: 'inbox', name: '7' }, {}, true],
    [{ kind: 'inbox', name: 'website chat' }, { source: 'tawk' }, false],
    [{ kind: 'property', name: 'website chat' }, { source: 'tawk' }, true],
    [{ kind: 'property', name: 'website chat' }, {}, false],
    [{ kind: 'tag', name: 'vip' }, {}, true],
    [{ kind: 'tag', name: 'vip' }, { tags: [] }, false],
    [{ kind: 'stage', stage: 'PRE_ORDER' }, { stage: 'PRE_ORDER' }, true],
    [{ kind: 'stage', stage: 'PRE_ORDER' }, {}, false],
  ];
  for (const [one, change, expected] of cases) {
    expect(matches([one], { ...base, ...change }), JSON.stringify([one, change])).toBe(expected);
  }
});

test('every incidence goes to each place with a matching route once, and to the default places where there is none', () => {
  fc.assert(
    fc.property(fc.array(route, { maxLength: 6 }), incidence, (routes, one) => {
      const places = placesFor(one, { defaults, routes });
      const matching = routes.filter(({ conditions }) => conditions.every((each) => matches([each], one)));
      const expected = matching.length > 0 ? matching.map((each) => each.place) : defaults;
      const keys = (list: readonly object[]) => new Set(list.map((each) => JSON.stringify(each)));
      expect(keys(places)).toEqual(keys(expected));
      expect(keys(places).size).toBe(places.length);
    }),
  );
});

test('wherever a card may go is named once', () => {
  const [general = { chatId: -9, threadId: null }] = defaults;
  const topic = { chatId: -9, threadId: 4 };
  const routes = [topic, general, topic].map((each, id) => ({ id, place: each, conditions: [], isLost: false }));
  expect(allPlaces({ defaults, routes })).toEqual([general, topic]);
});

test('one more condition never brings more, one more route never fewer', () => {
  fc.assert(
    fc.property(route, condition, incidence, (one, also, subject) => {
      if (matches([...one.conditions, also], subject)) expect(matches(one.conditions, subject)).toBe(true);
    }),
  );
  fc.assert(
    fc.property(fc.array(route, { minLength: 1 }), route, incidence, (routes, also, subject) => {
      const before = placesFor(subject, { defaults: [], routes });
      expect(placesFor(subject, { defaults: [], routes: [...routes, also] })).toEqual(
        expect.arrayContaining([...before]),
      );
    }),
  );
});

test('conditions that contradict each other are fulfilled by nothing', () => {
  fc.assert(
    fc.property(fc.array(condition, { minLength: 2, maxLength: 4 }), incidence, (conditions, one) => {
      if (contradiction(conditions)) expect(matches(conditions, one)).toBe(false);
    }),
    { numRuns: 1_000 },
  );
});
