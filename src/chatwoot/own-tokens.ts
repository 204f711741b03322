import type { Db } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import { rank } from '../delivery/delivery.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import type { LinkDesk } from '../people/link-desk.ts';
import * as linkStore from '../people/link-store.ts';
import type { TokenBox } from '../people/token-box.ts';
import { laneOf } from '../routes/lane.ts';
import { cleanLine } from '../sources/clean-text.ts';
import type { ChatwootClient } from './client.ts';

/** The tokens people linked for themselves. */
export type OwnTokens = Readonly<{
  of: (personId: number) => Promise<Readonly<{ token: string; userId: number }> | undefined>;
  /** Chatwoot answered 401 to a call with it: a token that is no longer valid is disabled, and its owner notified. */
  doubt: (personId: number, token: string) => Promise<'revoked' | 'valid'>;
}>;

type Deps = Readonly<{ db: Db; client: ChatwootClient; box: TokenBox | undefined; now: () => Date }>;

export function createOwnTokens({ db, client, box, now }: Deps): OwnTokens {
  return {
    of: async (personId) => {
      const link = await linkStore.findValid(db, personId);
      const token = link && box?.open(personId, link.token);
      return link && token !== undefined ? { token, userId: link.deskUserId } : undefined;
    },
    doubt: async (personId, token) => {
      const profile = await client.profile(token);
      if (profile.ok || profile.failure.outcome !== 'no-permission') return 'valid';
      await transact(db, async (trx) => {
        const telegramId = await linkStore.markRefused(trx, personId, now());
        if (telegramId === undefined) return;
        const request = {
          lane: laneOf(telegramId),
          kind: 'link_note',
          subject: `person:${personId}`,
          rank: rank.high,
          incidenceId: null,
          payload: { chatId: telegramId, threadId: null },
        };
        await deliveryStore.enqueue(trx, [request], now());
      });
      return 'revoked';
    },
  };
}

/** `account`: the one Bellhop works with; a token of somebody elsewhere is of no use. */
export function createLinkDesk(client: ChatwootClient, account: number): LinkDesk {
  return {
    check: async (token) => {
      const profile = await client.profile(token);
      if (!profile.ok)
        return { ok: false, reason: profile.failure.outcome === 'no-permission' ? 'invalid' : 'no-answer' };
      const { id, name, accounts } = profile.profile;
      if (!accounts.some((one) => one.id === account)) return { ok: false, reason: 'other-account' };
      return { ok: true, userId: id, name: cleanLine(name, 100) || 'you' };
    },
  };
}
