import type { Db } from '../../../database/connect.ts';
import { type ProcessDeps, processNext } from '../../../inbound/process-inbound.ts';
import * as inboundStore from '../../../inbound/inbound-store.ts';
import { actOnIncidence, tagIncidence } from '../../../incidences/act-on-incidence.ts';
import { transition } from '../../../incidences/incidence.ts';
import * as subjectStore from '../../../incidences/subject-store.ts';
import type { Log } from '../../../log.ts';
import type { Person } from '../../../people/person.ts';
import * as memberStore from '../../../people/member-store.ts';
import * as personStore from '../../../people/person-store.ts';
import { noRules } from '../../../sources/severity-rules.ts';
import { SEED } from '../seed.ts';
import { demoAgents } from './people.ts';
import type { DemoStep } from './step.ts';

type Deps = Readonly<{ db: Db; log: Log; translate: ProcessDeps['translate'] }>;

/** No chat is told: what happened lies in the past, and a sandbox begins with empty chats. */
const places = { defaults: [], routes: [] };

/** Lets it all happen, by the product's own use cases, each at its time. */
export async function playSteps({ db, log, translate }: Deps, steps: readonly DemoStep[], now: Date): Promise<void> {
  const people: Person[] = [];
  const inTeamChat = new Set<number>([SEED.ana, SEED.ben, SEED.carla]);
  for (const { identity } of demoAgents) {
    people.push(await personStore.upsert(db, identity, steps[0]?.at ?? now));
    const member = { chatId: SEED.supportTeam, telegramId: identity.telegramId };
    if (inTeamChat.has(identity.telegramId)) await memberStore.upsert(db, member, now);
  }
  for (const [index, step] of steps.entries()) {
    const { at } = step;
    if (step.kind === 'event') {
      const { source, event } = step;
      const body = Buffer.from(JSON.stringify(step.body));
      const deliveryId = `demo-${index}`;
      await inboundStore.insertMany(db, [{ source, event, deliveryId, headers: {}, body, receivedAt: at }]);
      const deps = {
        db,
        log,
        translate,
        places: () => places,
        rules: () => noRules,
        desk: undefined,
        adminPlaces: () => [],
        now: () => at,
      };
      // It may be what an earlier one waited for.
      for (let hasMore = true; hasMore; ) {
        const outcome = await processNext(deps, 50);
        hasMore = outcome.kind === 'done' && outcome.hasMore;
      }
      continue;
    }
    const actor = people[step.by];
    const [incidence] = await db.transaction().execute((trx) => subjectStore.findNewest(trx, [step.subject]));
    if (!actor || !incidence) continue;
    const request = { id: incidence.id, actor, places, desk: undefined };
    if (step.kind === 'tag') await tagIncidence(db, { ...request, mode: 'set', tags: step.tags }, at);
    // What somebody else did meanwhile nobody presses again.
    else if (transition(incidence, step.action, actor, at).ok)
      await actOnIncidence(db, { ...request, action: step.action }, at);
  }
}
