import type { Request, RequestHandler, Response } from 'express';
import type { Db } from '../database/connect.ts';
import { roleOf } from '../people/identify-person.ts';
import type { Person } from '../people/person.ts';
import * as personStore from '../people/person-store.ts';
import { can } from '../people/rights.ts';
import * as signInStore from '../people/sign-in-store.ts';
import { Refusal } from '../sources/refusal.ts';
import type { Texts } from '../telegram/texts/texts.ts';
import { userOfInitData } from './init-data.ts';

type Deps = Readonly<{
  db: Db;
  adminIds: readonly number[];
  botToken: string;
  /** Under https the cookie travels by https alone. */
  isSecure: boolean;
  texts: Texts;
  now: () => Date;
}>;

const cookieName = 'bellhop_session';
const mostBytes = 16 * 1024;

export type Sessions = Readonly<{
  /** Whoever is signed in, and may still see the dashboard. */
  find: (req: Request) => Promise<Person | undefined>;
  signIn: RequestHandler;
  signOut: RequestHandler;
}>;

export function createSessions({ db, adminIds, botToken, isSecure, texts, now }: Deps): Sessions {
  const { signIn: said } = texts.dashboard;
  const mayEnter = (person: Person) => can(roleOf(adminIds.includes(person.telegramId), person), 'see-dashboard');

  const setCookie = (res: Response, value: string, maxAgeSeconds: number) =>
    res.cookie(cookieName, value, {
      httpOnly: true,
      sameSite: 'lax',
      secure: isSecure,
      path: '/',
      maxAge: maxAgeSeconds * 1000,
    });

  const identify = async ({ code, initData }: { code?: unknown; initData?: unknown }) => {
    if (typeof code === 'string') {
      return { person: await signInStore.redeemLink(db, code, now()), otherwise: said.expired };
    }
    const telegramId = typeof initData === 'string' ? userOfInitData(initData, botToken, now()) : undefined;
    if (telegramId === undefined) return { person: undefined, otherwise: said.unsigned };
    return { person: await personStore.findByTelegramId(db, telegramId), otherwise: said.refused };
  };

  return {
    find: async (req) => {
      const secret = cookieIn(req.headers.cookie);
      const person = secret === undefined ? undefined : await signInStore.findBySession(db, secret, now());
      return person && mayEnter(person) ? person : undefined;
    },
    signIn: async (req, res) => {
      const given = await readJson(req);
      if (!given) throw new Refusal('bad_request', said.malformed);
      const { person, otherwise } = await identify(given);
      if (!person || !mayEnter(person)) throw new Refusal('unauthorized', person ? said.refused : otherwise);
      const secret = await signInStore.issue(db, { kind: 'session', personId: person.id }, now());
      setCookie(res, secret, signInStore.sessionSeconds).json({ success: true });
    },
    signOut: async (req, res) => {
      const secret = cookieIn(req.headers.cookie);
      if (secret !== undefined) await signInStore.endSession(db, secret);
      setCookie(res, '', 0).redirect(303, '../dashboard');
    },
  };
}

function cookieIn(header: string | undefined): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1);
}

/** Undefined for what is no JSON object, or too large. */
async function readJson(req: Request): Promise<Readonly<Record<string, unknown>> | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) return undefined;
    chunks.push(chunk);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
