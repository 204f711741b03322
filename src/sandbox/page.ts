import { Router } from 'express';
import type { Sandbox } from './sandbox.ts';

export type SampleTarget = { baseUrl: string; chatwootSecret?: string; alertKey?: string; tawkSecret?: string };

export function createSandboxPage(_deps: { sandbox: Sandbox; target: () => SampleTarget }): Router {
  return Router();
}
