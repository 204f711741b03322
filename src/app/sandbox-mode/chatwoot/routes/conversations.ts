import { Router } from 'express';
import { callerOf, conversationOf, crash, notFound } from '../auth.ts';
import { changeConversation } from '../change.ts';
import { agentJson, conversationJson } from '../rest-json.ts';
import { botJson, isUser } from '../parts-json.ts';
import { type Conversation, priorities, type Priority, statuses, type Status } from '../records.ts';
import type { World } from '../world.ts';

const perPage = 25;

/** Reading and changing conversations. Paths and traps: Chatwoot's `Api::V1::Accounts::ConversationsController`. */
export function conversationRoutes(world: World, baseUrl: () => string): Router {
  const router = Router({ mergeParams: true });
  const json = (conversation: Conversation) => conversationJson(world, baseUrl(), conversation);

  router.get('/conversations', (req, res) => {
    const { status = 'open', inbox_id: inboxId, updated_within: within, page = '1', labels } = req.query;
    const since = within === undefined ? undefined : world.now().getTime() / 1000 - Number(within);
    const wanted = [labels ?? []].flat().map(String);
    const found = [...world.conversations.values()]
      .filter((one) => status === 'all' || one.status === status)
      .filter((one) => inboxId === undefined || one.inbox.id === Number(inboxId))
      .filter((one) => wanted.length === 0 || wanted.some((label) => one.labels.includes(label)))
      .filter((one) => since === undefined || one.updatedAt >= since)
      .toSorted((a, b) => b.lastActivityAt.getTime() - a.lastActivityAt.getTime() || b.id - a.id);
    // With updated_within everything comes at once.
    const start = (Number(page) - 1) * perPage;
    const shown = since === undefined ? found.slice(start, start + perPage) : found;
    const assigned = found.filter(({ assignee }) => assignee).length;
    const meta = {
      mine_count: 0,
      assigned_count: assigned,
      unassigned_count: found.length - assigned,
      all_count: found.length,
    };
    res.json({ data: { meta, payload: shown.map(json) } });
  });

  router.get('/conversations/:id', (req, res) => {
    const conversation = conversationOf(world, req);
    if (!conversation) return notFound(res);
    res.json(json(conversation));
  });

  router.post('/conversations/:id/toggle_status', (req, res) => {
    const conversation = conversationOf(world, req);
    if (!conversation) return notFound(res);
    const { status: wanted, snoozed_until: until } = req.body ?? {};
    const status: unknown = wanted ?? (conversation.status === 'open' ? 'resolved' : 'open');
    if (!isStatus(status)) return crash(res);
    if (until !== undefined && until !== null && !/^\d+$/.test(String(until))) return crash(res);
    const caller = callerOf(res);
    // A call of an agent that leaves it open assigns it to that agent; administrators and bots are left alone.
    const assigns = status === 'open' && caller.kind === 'user' && caller.user.role === 'agent';
    const snoozedUntil = status === 'snoozed' && until ? new Date(Number(until) * 1000) : null;
    const assignee = assigns ? { assignee: caller.user } : {};
    changeConversation(world, conversation, { status, snoozedUntil, ...assignee }, caller);
    const snoozed = conversation.snoozedUntil?.toISOString() ?? null;
    const payload = { success: true, conversation_id: conversation.id, current_status: status, snoozed_until: snoozed };
    res.json({ meta: {}, payload });
  });

  router.post('/conversations/:id/toggle_priority', (req, res) => {
    const conversation = conversationOf(world, req);
    if (!conversation) return notFound(res);
    const priority: unknown = req.body?.priority ?? null;
    if (!isPriorityOrNone(priority)) return crash(res);
    changeConversation(world, conversation, { priority }, callerOf(res));
    res.status(200).end();
  });

  router.post('/conversations/:id/assignments', (req, res) => {
    const conversation = conversationOf(world, req);
    if (!conversation) return notFound(res);
    const { assignee_id: id, assignee_type: type } = req.body ?? {};
    if (id === undefined) return void res.json(null);
    // An ID that nobody has unassigns.
    const assignee = (type === 'AgentBot' ? world.bots : world.users).find((one) => one.id === Number(id)) ?? null;
    changeConversation(world, conversation, { assignee }, callerOf(res));
    res.json(assignee && (isUser(assignee) ? agentJson(world, assignee) : botJson(assignee)));
  });

  router.get('/conversations/:id/labels', (req, res) => {
    const conversation = conversationOf(world, req);
    if (!conversation) return notFound(res);
    res.json({ payload: conversation.labels });
  });

  router.post('/conversations/:id/labels', (req, res) => {
    const conversation = conversationOf(world, req);
    if (!conversation) return notFound(res);
    // Replaces the whole list; labels that do not exist are accepted.
    const labels = [req.body?.labels ?? []].flat().map(String);
    changeConversation(world, conversation, { labels }, callerOf(res));
    res.json({ payload: conversation.labels });
  });

  router.post('/conversations/:id/custom_attributes', (req, res) => {
    const conversation = conversationOf(world, req);
    if (!conversation) return notFound(res);
    changeConversation(world, conversation, { customAttributes: req.body?.custom_attributes ?? {} }, callerOf(res));
    res.json({ custom_attributes: conversation.customAttributes });
  });

  return router;
}

function isStatus(value: unknown): value is Status {
  return statuses.some((one) => one === value);
}

function isPriorityOrNone(value: unknown): value is Priority | null {
  return value === null || priorities.some((one) => one === value);
}
