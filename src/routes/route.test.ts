import { expect, test } from 'vitest';
import { type Condition, conditionSchema, conditionsText, contradiction, matches, type Routable } from './route.ts';

const conversation: Routable = {
  source: 'chatwoot',
  severity: 'medium',
  stage: null,
  property: null,
  inboxId: null,
  tags: [],
  alertCount: 0,
};
const chatwoot: Condition = { kind: 'source', source: 'chatwoot' };
const tawk: Condition = { kind: 'source', source: 'tawk' };
const alert: Condition = { kind: 'source', source: 'alert' };
const medium: Condition = { kind: 'severity', severity: 'medium', orWorse: false };
const mediumOrWorse: Condition = { ...medium, orWorse: true };
const high: Condition = { kind: 'severity', severity: 'high', orWorse: false };
const highOrWorse: Condition = { ...high, orWorse: true };
const preOrder: Condition = { kind: 'stage', stage: 'PRE_ORDER' };
const postOrder: Condition = { kind: 'stage', stage: 'POST_ORDER' };
const inbox: Condition = { kind: 'inbox', name: '7' };
const shop: Condition = { kind: 'property', name: 'The Shop' };
const otherShop: Condition = { kind: 'property', name: 'Another' };
const vip: Condition = { kind: 'tag', name: 'vip' };

test('no condition: everything', () => {
  expect(matches([], conversation)).toBe(true);
});

test('several conditions: all of them', () => {
  expect(matches([chatwoot, medium], conversation)).toBe(true);
  expect(matches([chatwoot, high], conversation)).toBe(false);
  expect(matches([high, chatwoot], conversation)).toBe(false);
});

test('what is alerted about without being in Chatwoot counts as an alert and as a conversation of Chatwoot', () => {
  const alerted: Routable = { ...conversation, source: 'alert', alertCount: 1 };
  expect(matches([alert, chatwoot], alerted)).toBe(true);
  expect(matches([tawk], alerted)).toBe(false);
  expect(matches([tawk], { ...conversation, source: 'tawk' })).toBe(true);
  expect(matches([chatwoot], { ...conversation, source: 'tawk' })).toBe(false);
});

test('an inbox has a number and a name, and neither is that of a property of Tawk', () => {
  expect(matches([inbox], { ...conversation, inboxId: '7', property: 'Mail' })).toBe(true);
  expect(matches([inbox], { ...conversation, inboxId: '8', property: '7' })).toBe(true);
  expect(matches([inbox], { ...conversation, inboxId: '8', property: 'Mail' })).toBe(false);
  expect(matches([inbox], { ...conversation, source: 'tawk', inboxId: '7', property: '7' })).toBe(false);
  expect(matches([inbox], conversation)).toBe(false);
});

test.each([' the  shop ', 'THE\tSHOP', 'Ｔｈｅ Shop', 'the shop'])('%j is the same name', (property) => {
  expect(matches([shop], { ...conversation, source: 'tawk', property })).toBe(true);
});

test.each([null, 'theshop', 'The Shop 2', ''])('%j is another name', (property) => {
  expect(matches([shop], { ...conversation, source: 'tawk', property })).toBe(false);
});

test('conditions as they are typed', () => {
  expect(conditionsText([tawk, high, highOrWorse, preOrder, postOrder, inbox, shop, vip])).toBe(
    'tawk high high+ pre-order post-order inbox:7 property:"The Shop" tag:vip',
  );
});

test.each<[Condition, Condition]>([
  [tawk, chatwoot],
  [tawk, alert],
  [tawk, inbox],
  [chatwoot, shop],
  [alert, shop],
  [medium, high],
  [medium, highOrWorse],
  [preOrder, postOrder],
  [inbox, shop],
  [{ kind: 'inbox', name: 'The Shop' }, shop],
  [shop, otherShop],
])('nothing fulfils %j and %j', (one, other) => {
  expect(contradiction([one, other])).toEqual([one, other]);
  expect(contradiction([other, one])).toEqual([other, one]);
  expect(contradiction([vip, one, vip, other])).toEqual([one, other]);
});

test.each<[Condition, Condition]>([
  [chatwoot, alert],
  [chatwoot, inbox],
  [tawk, shop],
  [tawk, tawk],
  [tawk, medium],
  [mediumOrWorse, high],
  [mediumOrWorse, highOrWorse],
  [high, high],
  [high, highOrWorse],
  [high, preOrder],
  [preOrder, preOrder],
  [preOrder, shop],
  [inbox, { kind: 'inbox', name: 'Website' }],
  [inbox, vip],
  [shop, { kind: 'property', name: 'the shop' }],
  [shop, vip],
  [vip, { kind: 'tag', name: 'new' }],
])('something fulfils %j and %j', (one, other) => {
  expect(contradiction([one, other])).toBeUndefined();
  expect(contradiction([other, one])).toBeUndefined();
});

test('nothing contradicts nothing', () => {
  expect(contradiction([])).toBeUndefined();
  expect(contradiction([tawk])).toBeUndefined();
});

test('a stored condition is read back, and another thing is none', () => {
  for (const condition of [chatwoot, tawk, alert, highOrWorse, preOrder, postOrder, inbox, shop, vip]) {
    expect(conditionSchema.parse(condition)).toEqual(condition);
  }
  for (const value of [{}, { kind: 'source', source: 'mail' }, { kind: 'stage', stage: '' }, { kind: 'tag' }]) {
    expect(conditionSchema.safeParse(value).success).toBe(false);
  }
});
