import { expect, it } from 'vitest';
import { connectionFailure, directUrl } from './database-url.ts';

const url = 'postgres://bell:s3cret@db.example.com:6432/desk?sslmode=require';
const failure = (code: string, message = '') =>
  connectionFailure(url, new Error('outer', { cause: Object.assign(new Error(message), { code }) }));

it.each([
  [
    'postgres://bell:s3cret@db.example.com:6432/desk',
    'DATABASE_URL_DIRECT=postgres://bell:<password>@db.example.com:5432/desk',
  ],
  [
    'postgresql://bell@ep-cool-pooler.eu.neon.tech/desk?sslmode=require',
    'DATABASE_URL_DIRECT=postgresql://bell@ep-cool.eu.neon.tech:5432/desk?sslmode=require',
  ],
])('%s without its pooler', (pooled, line) => {
  expect(directUrl(pooled)).toBe(line);
});

it.each([
  ['ECONNREFUSED', '', /nothing listens at db\.example\.com:6432/, /^DATABASE_URL=postgres:\/\/bell:<password>@db/],
  ['28P01', '', /rejects the user or password/, /^DATABASE_URL=.*correct the user or password/],
  ['28000', 'no pg_hba.conf entry for host, no encryption', /encrypted/, /\?sslmode=require$/],
  ['3D000', '', /no database desk/, /^Run: createdb desk/],
  ['X', 'The server does not support SSL connections', /no TLS/, /sslmode=disable$/],
])('%s %s', (code, message, found, change) => {
  const check = failure(code, message);
  expect(check.found).toMatch(found);
  expect(check).toMatchObject({ state: 'fail', change: expect.stringMatching(change) });
  expect(JSON.stringify(check)).not.toContain('s3cret');
});
