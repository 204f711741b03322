import { expect, test } from 'vitest';
import { csvHead, csvRows } from './csv.ts';

test('a file begins with the mark of UTF-8 and the names of the columns', () => {
  expect(csvHead(['number', 'said, or written'])).toBe('\uFEFFnumber,"said, or written"\r\n');
});

test.each([
  ['plain', 'plain'],
  ['', ''],
  ['a "quoted" word', '"a ""quoted"" word"'],
  ['two\nlines, one comma', '"two\nlines, one comma"'],
  ['=1+1', "'=1+1"],
  ['+49 30 1234', "'+49 30 1234"],
  ['-2+3', "'-2+3"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
  ['₹ 5 नमस्ते', '₹ 5 नमस्ते'],
])('%j is written as %s', (text, written) => {
  expect(csvRows([[text, 7, null]])).toBe(`${written},7,\r\n`);
});
