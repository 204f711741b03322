import { expect } from 'vitest';
import { type Answered, secrets } from './product.ts';

/** An error has the contract's shape, tells what to do and gives nothing away. */
export function expectError(answer: Answered, status: number, code: string): void {
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status, body: { success: false, error: code } });
  expect(answer.body['message']).toMatch(/^.{15,}[.)]$/s);
  expect(answer.body['message']).toMatch(
    /\b(send|correct|set|check|copy|sign|give|use|must|takes|does not match|list|go to|signs)\b/i,
  );
  for (const secret of Object.values(secrets)) expect(JSON.stringify(answer.body)).not.toContain(secret);
}

export const notJson: [string, string | Buffer][] = [
  ['nothing', ''],
  ['words', 'severity=high'],
  ['a truncated object', '{"severity":"high","rea'],
  ['an array', '[]'],
  ['null', 'null'],
  ['a number', '42'],
  ['a text', '"high"'],
  ['Latin-1', Buffer.from('{"message":"Überfällig"}', 'latin1')],
  ['UTF-16', Buffer.from('{"severity":"high"}', 'utf16le')],
  ['zeros', Buffer.alloc(100)],
];
