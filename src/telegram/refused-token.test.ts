import { GrammyError } from 'grammy';
import { expect, test } from 'vitest';
import { createLog } from '../log.ts';
import { createRefusedToken } from './refused-token.ts';

const refusal = (error_code: number) =>
  new GrammyError('failed', { ok: false, error_code, description: 'Unauthorized' }, 'getMe', {});

test('a token that Telegram does not know is logged with what to do, and tried ever more rarely', () => {
  const lines: string[] = [];
  const log = createLog('info', { pretty: false, destination: { write: (line: string) => void lines.push(line) } });
  const token = createRefusedToken(log);
  const waits = Array.from({ length: 8 }, () => token.waitFor(refusal(401)));
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  expect(lines[0]).toContain('copy it again from @BotFather into TELEGRAM_BOT_TOKEN and restart');
  expect(lines.join()).not.toContain('stack');

  token.accepted();
  expect(token.waitFor(refusal(401))).toBe(1_000);
});

test('other failures are not about the token', () => {
  const token = createRefusedToken(createLog('silent', { pretty: false }));
  for (const error of [refusal(409), refusal(500), new Error('no network')]) {
    expect(token.waitFor(error)).toBeUndefined();
  }
});
