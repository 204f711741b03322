import { isDeepStrictEqual } from 'node:util';
import { GrammyError } from 'grammy';
import type { Person } from '../../people/person.ts';
import { laneOf } from '../../routes/lane.ts';
import type { Condition } from '../../routes/route.ts';
import { addRoute, mostRoutes } from '../../settings/route-settings.ts';
import { severities } from '../../sources/severity.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { titleOf } from '../place-title.ts';
import type { Texts } from '../texts/texts.ts';
import { type Html, lines } from '../views/html.ts';

export type TopicsBy = 'severity' | 'source';
type Topic = Readonly<{ name: string; conditions: readonly Condition[] }>;

/** What alerts of a bot are about is a conversation of Chatwoot, so that two topics hold everything. */
const sources = ['chatwoot', 'tawk'] as const;

/** The topics of a forum, each with the route that fills it. Together they get everything. */
function topicsBy(by: TopicsBy, texts: Texts): Topic[] {
  if (by === 'source')
    return sources.map((source) => ({
      name: texts.setup.sourceTopics[source],
      conditions: [{ kind: 'source', source }],
    }));
  return severities.toReversed().map((severity) => ({
    name: texts.setup.severityTopic(texts.severities[severity]),
    conditions: [{ kind: 'severity', severity, orWorse: false }],
  }));
}

/**
 * Creates the topics that are missing in this forum, and the routes with them. Each route is stored as soon as its topic
 * is there, so that whatever interrupts this, pressing again creates the rest. Resolves with what became of it, in words.
 */
export async function createTopics(
  ctx: BotContext,
  deps: BotDeps,
  { by, chatId, person }: Readonly<{ by: TopicsBy; chatId: number; person: Person }>,
): Promise<Html> {
  const { texts } = deps.locale;
  const words = texts.setup;
  const known = deps.routes.value().filter(({ place, isLost }) => place.chatId === chatId && !isLost);
  const missing = topicsBy(by, texts).filter(
    ({ conditions }) =>
      !known.some((route) => route.place.threadId !== null && isDeepStrictEqual(route.conditions, conditions)),
  );
  if (missing.length === 0) return words.topicsThere;
  const chat = titleOf(ctx, { chatId, threadId: null }, texts.routes);
  const created: string[] = [];
  try {
    for (const { name, conditions } of missing) {
      // A new topic costs as much of a group's minute as a message.
      const topic = await deps.dispatcher.interact(laneOf(chatId), () => ctx.api.createForumTopic(chatId, name));
      if (!topic) break;
      const place = { chatId, threadId: topic.message_thread_id };
      const route = { place, title: texts.routes.topic(chat, name), conditions, createdBy: person.id };
      const outcome = await addRoute(deps.db, route, deps.now());
      if (outcome.kind === 'full') return texts.routes.full(mostRoutes);
      created.push(name);
    }
    return words.topicsCreated(created.join(', '));
  } catch (error) {
    if (!(error instanceof GrammyError) || error.error_code !== 400) throw error;
    return lines([
      created.length > 0 && words.topicsCreated(created.join(', ')),
      words.topicsRefused(error.description),
    ]);
  } finally {
    if (created.length > 0) await deps.routesChanged();
  }
}
