import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { judge, judgeText, noRules, ruleName, type SeverityRules } from './severity-rules.ts';

const rules: SeverityRules = {
  words: { urgent: 'low', 'gift card': 'critical', 'déjà vu': 'high', 払い戻し: 'high', 'c++ (beta)': 'high' },
  labels: { vip: 'critical', spam: 'low' },
  attributes: { 'user_tier=gold': 'high', 'vip=true': 'critical' },
};

describe('judge: a label or attribute, then the priority, then the words, else medium', () => {
  test.each([
    [{ labels: ['VIP'], priority: 'low', text: 'refund' }, 'critical', 'label'],
    [{ labels: ['spam', 'other'], priority: 'high', text: 'I was hacked' }, 'low', 'label'],
    [{ attributes: { user_tier: 'GOLD' }, priority: 'low', text: '' }, 'high', 'attribute'],
    [{ attributes: { vip: true, user_tier: 'gold' }, text: '' }, 'critical', 'attribute'],
    [{ attributes: { user_tier: { deep: 'gold' } }, priority: 'low', text: 'refund' }, 'low', 'priority'],
    [{ labels: ['unknown'], text: 'refund please' }, 'high', 'built-in'],
    [{ text: 'about a gift card' }, 'critical', 'word'],
    [{ text: 'hello' }, 'medium', 'nothing'],
  ] as const)('%j → %s by %s', (facts, severity, by) => {
    expect(judge(facts, rules)).toMatchObject({ severity, by });
  });
});

test.each([
  ['this is urgent', 'low', ['urgent']],
  ['URGENT! my account was hacked', 'critical', []],
  ['urgent, about a Gift\n card', 'critical', ['urgent', 'gift card']],
  ['insurgents', 'medium', []],
  ['un déjà vu.', 'high', ['déjà vu']],
  ['商品の払い戻しをお願いします', 'high', ['払い戻し']],
  ['a c++ (beta) thing', 'high', ['c++ (beta)']],
])('%j → %s', (text, severity, matched) => {
  expect(judgeText(text, rules)).toMatchObject({ severity, matched });
});

it('reads the built-in words where a team has none of its own', () => {
  expect(judgeText('I want a refund, this is urgent', noRules)).toEqual({
    severity: 'high',
    by: 'built-in',
    matched: [],
  });
});

it('finds any word that can be added, wherever it stands', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (typed) => {
      const word = ruleName(typed);
      if (word === undefined) return;
      const { severity } = judgeText(`so, ${word} !`, { words: { [word]: 'critical' } });
      expect(severity).toBe('critical');
    }),
  );
});
