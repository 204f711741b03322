import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Sandbox } from '../control.ts';
import type { Feed } from './feed.ts';
import type { PageSample } from './page.ts';

const id = z.int();
const MAX_ADVANCE_MS = 366 * 24 * 60 * 60 * 1000;

const schema = z.discriminatedUnion('do', [
  z.object({ do: z.literal('press'), chatId: id, messageId: id, row: id, col: id, by: id }),
  z.object({
    do: z.literal('type'),
    chatId: id,
    threadId: id.optional(),
    by: id,
    text: z.string().min(1).max(4096),
    replyTo: id.optional(),
  }),
  z.object({ do: z.literal('sample'), name: z.string() }),
  z.object({
    do: z.literal('fault'),
    kind: z.enum(['retry-after', '500', '502', 'reset-before', 'reset-after', 'hang', 'outage']),
    seconds: z.number().min(1).max(3600).optional(),
    chatId: id.optional(),
    times: z.int().min(1).max(1000).optional(),
  }),
  z.object({ do: z.literal('clear-faults') }),
  z.object({ do: z.literal('flood'), mode: z.enum(['off', 'realistic', 'harsh']) }),
  z.object({ do: z.literal('clock'), ms: z.int().min(1).max(MAX_ADVANCE_MS) }),
  z.object({ do: z.literal('join'), chatId: id, userId: id }),
  z.object({ do: z.literal('delete'), chatId: id, messageId: id }),
  z.object({ do: z.literal('react'), chatId: id, messageId: id, by: id, emoji: z.string().max(16).optional() }),
]);
export type Action = z.infer<typeof schema>;
export type ActionDeps = { sandbox: Sandbox; feed: Feed; samples: readonly PageSample[] };

/** Actions from the page. Throws the sandbox's reason when an action is not possible. */
export function createActions({ sandbox, feed, samples }: ActionDeps) {
  const samplesByName = new Map(samples.map((sample) => [sample.name, sample]));

  return async function act(action: Action): Promise<object> {
    switch (action.do) {
      case 'press':
        return { press: press(sandbox, feed, action) };
      case 'type':
        return { messageId: sandbox.type(typed(action)).message_id };
      case 'sample':
        return sendSample(action.name);
      case 'fault':
        return { fault: sandbox.faults.add(faultOf(action)).id };
      case 'clear-faults':
        sandbox.faults.clear();
        return {};
      case 'flood':
        sandbox.flood = action.mode;
        return {};
      case 'clock':
        sandbox.clock.advance(action.ms);
        return {};
      case 'join':
        sandbox.join(action.chatId, action.userId);
        return {};
      case 'delete':
        sandbox.deleteAsPerson(action.chatId, action.messageId);
        return {};
      case 'react':
        sandbox.react(action.chatId, action.messageId, action.by, action.emoji);
        return {};
    }
  };

  function sendSample(name: string): Promise<object> {
    const sample = samplesByName.get(name);
    if (!sample) throw new Error(`the page has no sample ${name}`);
    return sample.send();
  }
}

export function parseAction(body: unknown): z.ZodSafeParseResult<Action> {
  return schema.safeParse(body);
}

/** The answer may take a minute, so it comes through the feed under the id returned here. */
function press(sandbox: Sandbox, feed: Feed, action: Extract<Action, { do: 'press' }>): string {
  const press = randomUUID();
  const { chatId, messageId, row, col, by } = action;
  sandbox
    .press({ chatId, messageId, button: { row, col }, by })
    .then((answer) => {
      const { text, show_alert, url, copied } = answer ?? {};
      feed.answered({
        press,
        answered: answer !== undefined,
        ...(text ? { text } : {}),
        ...(show_alert ? { alert: true } : {}),
        ...(url ? { url } : {}),
        ...(copied ? { copied } : {}),
      });
    })
    .catch((error: unknown) => {
      feed.answered({ press, answered: false, error: error instanceof Error ? error.message : String(error) });
    });
  return press;
}

function typed({ chatId, by, text, threadId, replyTo }: Extract<Action, { do: 'type' }>) {
  return {
    chatId,
    by,
    text,
    ...(threadId === undefined ? {} : { threadId }),
    ...(replyTo === undefined ? {} : { replyTo }),
  };
}

function faultOf({ kind, seconds, chatId, times }: Extract<Action, { do: 'fault' }>) {
  return {
    kind,
    ...(seconds === undefined ? {} : { seconds }),
    ...(chatId === undefined ? {} : { chatId }),
    ...(times === undefined ? {} : { times }),
  };
}
