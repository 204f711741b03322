import { expect, it } from 'vitest';
import type { Severity } from './severity.ts';
import { severityOfText } from './severity-of-text.ts';

it.each<[Severity, string]>([
  ['critical', 'My account was hacked! Someone is withdrawing all my money!'],
  ['critical', 'My account was hacked!! Someone is withdrawing my money, please block it NOW'],
  ['critical', 'ACCOUNT HACKED\nSomeone changed my password and card'],
  ['critical', 'there was an unauthorized withdrawal'],
  ['critical', 'I think this is FRAUD, my card was stolen'],
  ['critical', 'you will hear from my lawyer'],
  ['critical', 'is there a security breach?'],
  ['high', 'THIS IS RIDICULOUS!!! WHERE IS MY PAYMENT???'],
  ['high', "I made a deposit 2 hours ago and still haven't received my credits!!!"],
  ['high', 'I made a deposit 2 hours ago and still have no credits. Where is my payment???'],
  ['high', 'deposit of 100 USD missing & nobody answers'],
  ['high', 'Refund please'],
  ['high', 'I was charged twice 😠'],
  ['high', 'this is a scam'],
  ['high', 'I want to make a complaint'],
  ['medium', 'Hi, my order has not arrived yet'],
  ['medium', 'Please send me the invoice for order 8841.'],
  ['medium', 'a nice lifehack for the stolenwood shop'],
  ['medium', 'hello??'],
  ['medium', ''],
])('%s: %s', (severity, text) => {
  expect(severityOfText(text)).toBe(severity);
});

it('reads a long hostile text to its end', () => {
  expect(severityOfText(`${'someone is payment no '.repeat(1000)} my account was hacked`)).toBe('critical');
});
