import { expect, test } from 'vitest';
import { parseCommand } from './command.ts';
import { numberOf, splitList } from './typed-number.ts';

const parse = (text: string) => parseCommand(text, 'BellhopBot');

test.each([
  ['/open', 'open', []],
  ['/Open', 'open', []],
  ['/OPEN critical', 'open', ['critical']],
  ['/Ack\u00A02', 'ack', ['2']],
  ['/ack\u202F2\u30003\n4', 'ack', ['2', '3', '4']],
  ['/ACK@bellhopbot 2', 'ack', ['2']],
  ['/ack@BELLHOPBOT\u00A02', 'ack', ['2']],
  [' /open ', 'open', []],
  ['/ack: 2', 'ack', [':', '2']],
  ['/severity-words test a b', 'severity_words', ['test', 'a', 'b']],
  ['/Severity-Labels@BellhopBot', 'severity_labels', []],
  ['/severity_words', 'severity_words', []],
])('%j is /%s', (text, name, words) => {
  expect(parse(text)).toEqual({ name, words });
});

test.each(['open', '/', '/open@OtherBot', '/usr/bin', '/open-source', '/severity-wordsmith', 'see /open', '//open'])(
  '%j is no command of ours',
  (text) => {
    expect(parse(text)).toBeUndefined();
  },
);

test.each([
  ['42', 42],
  ['#42', 42],
  ['＃４２', 42],
  ['№3', 3],
  ['No.3', 3],
  ['nº3', 3],
  ['4.', 4],
  ['4)', 4],
  ['(4),', 4],
  ['１', 1],
  ['٢', 2],
  ['۴۲', 42],
  ['४२', 42],
  ['\u200F٤٢\u200F', 42],
  ['๔๒', 42],
  ['𝟜𝟚', 42],
  ['9', 9],
  ['٠', 0],
])('%j is the number %d', (word, number) => {
  expect(numberOf(word)).toBe(number);
});

test.each([undefined, '', '#', '-1', '−1', 'four', '4a', '4.5', '-', '1234567890123456', 'node3'])(
  '%j is no number',
  (word) => {
    expect(numberOf(word)).toBeUndefined();
  },
);

test('a list is split at the separators of any keyboard', () => {
  expect(splitList(['1,2', '٣،٤', '5、6;'])).toEqual(['1', '2', '٣', '٤', '5', '6']);
});
