import { expect, test } from 'vitest';
import { parseCloseWords } from './close-words.ts';

const parse = (text: string) => parseCloseWords(text.split(' ').filter(Boolean));

test.each([
  ['', 'resolved', ''],
  ['spam', 'spam', ''],
  ['Spam!', 'spam', ''],
  ['SPAM, sold us pills', 'spam', 'sold us pills'],
  ['“Resolved”: paid out', 'resolved', 'paid out'],
  ['no reply needed', 'no_reply_needed', ''],
  ['No reply needed. Only thanks', 'no_reply_needed', 'Only thanks'],
  ['no_reply_needed', 'no_reply_needed', ''],
  ['no-reply-needed it was thanks', 'no_reply_needed', 'it was thanks'],
  ['told her to call', 'resolved', 'told her to call'],
  ['no reply from her', 'resolved', 'no reply from her'],
  ['dupe', 'resolved', 'dupe'],
  ['paid, resolved', 'resolved', 'paid, resolved'],
  ['🙂', 'resolved', '🙂'],
])('%s is clear', (text, outcome, note) => {
  expect(parse(text)).toEqual({ isClear: true, outcome, note });
});

test.each([
  ['reslved paid', 'reslved', 'resolved', 'paid'],
  ['Resolve paid', 'Resolve', 'resolved', 'paid'],
  ['sapm', 'sapm', 'spam', ''],
  ['scam reported', 'scam', 'spam', 'reported'],
  ['duplcate! of 7', 'duplcate!', 'duplicate', 'of 7'],
  ['no replay needed at all', 'no replay needed', 'no_reply_needed', 'at all'],
])('%s looks like a slip', (text, typed, meant, rest) => {
  expect(parse(text)).toEqual({ isClear: false, typed, meant, rest });
});
