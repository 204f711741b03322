import { onTestFinished } from 'vitest';
import type { Sandbox, SandboxOptions } from '../../src/control.ts';
import { createTelegramSandbox } from '../../src/sandbox.ts';
import { DEMO, addDemoWorld } from '../../src/demo-world.ts';

type Reply = {
  status: number;
  headers: Headers;
  ok: boolean;
  result?: unknown;
  error_code?: number;
  description?: string;
  parameters?: { retry_after?: number; migrate_to_chat_id?: number };
};
export type Call = (method: string, parameters?: Record<string, unknown>) => Promise<Reply>;

/** A started sandbox with the demo's people and chats, and a way to call it; stopped when the test ends. */
export async function startSandbox(
  options?: SandboxOptions,
): Promise<{ sandbox: Sandbox; call: Call; seed: typeof DEMO }> {
  const sandbox = createTelegramSandbox(options);
  addDemoWorld(sandbox);
  await sandbox.start();
  onTestFinished(() => sandbox.stop());
  return { sandbox, seed: DEMO, call: (method, parameters = {}) => callOf(sandbox, method, parameters) };
}

async function callOf(sandbox: Sandbox, method: string, parameters: Record<string, unknown>): Promise<Reply> {
  const response = await fetch(`${sandbox.apiRoot}/bot${sandbox.token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(parameters),
  });
  const body = (await response.json()) as Omit<Reply, 'status' | 'headers'>;
  return { ...body, status: response.status, headers: response.headers };
}

/** The refusal's text; fails when the call was taken. */
export async function refusal(call: ReturnType<Call>): Promise<string> {
  const { ok, description } = await call;
  if (ok) throw new Error('expected a refusal, but the call was taken');
  return description ?? '';
}
