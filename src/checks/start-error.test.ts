import { expect, it } from 'vitest';
import { explainStartError } from './start-error.ts';

it('EACCES is about the port only where listening failed', () => {
  const denied = (syscall: string) => Object.assign(new Error('permission denied'), { code: 'EACCES', syscall });
  expect(explainStartError(denied('listen'))).toContain('set PORT');
  expect(explainStartError(new Error('start failed', { cause: denied('listen') }))).toContain('set PORT');
  expect(explainStartError(denied('mkdir'))).toBeUndefined();
});

it('names the parameter that a pooler refuses', () => {
  const refused = (message: string) =>
    new Error('start failed', { cause: Object.assign(new Error(message), { code: '08P01' }) });
  expect(explainStartError(refused('unsupported startup parameter: options'))).toContain(
    'refuses the parameter “options”',
  );
  expect(explainStartError(refused('invalid message format'))).toBeUndefined();
});
