import { z } from 'zod';
import type { Db } from '../database/connect.ts';
import { createCurrent, type Current } from '../database/current.ts';
import { transact } from '../database/transact.ts';
import type { Wake } from '../database/wake.ts';
import type { Log } from '../log.ts';
import { severities, type Severity } from '../sources/severity.ts';
import { noRules, type SeverityRules } from '../sources/severity-rules.ts';
import * as settingStore from './setting-store.ts';

const stored = z.object({
  words: z.record(z.string(), z.enum(severities)).catch({}),
  labels: z.record(z.string(), z.enum(severities)).catch({}),
  attributes: z.record(z.string(), z.enum(severities)).catch({}),
});

export const severityKey = 'severity';
export type RuleKind = keyof SeverityRules;

/** Of each kind: one expression is made of all words, and it is matched with every message. */
export const mostRules = 500;

export async function readRules(db: Db): Promise<SeverityRules> {
  return stored.safeParse(await settingStore.find(db, severityKey)).data ?? noRules;
}

export type RuleChange =
  /** `severity` undefined: removed. */
  Readonly<{ kind: RuleKind; name: string; severity: Severity | undefined; by: number }>;

export type RuleOutcome = 'changed' | 'unchanged' | 'full';

/** Adds, changes or removes one rule, and records who did it. */
export async function changeRule(db: Db, change: RuleChange, now: Date): Promise<RuleOutcome> {
  const { kind, name, severity, by } = change;
  return transact(db, async (trx) => {
    const rules = stored.safeParse(await settingStore.lock(trx, severityKey)).data ?? noRules;
    const known = Object.hasOwn(rules[kind], name) ? rules[kind][name] : undefined;
    if (known === severity) return 'unchanged';
    const { [name]: _, ...others } = rules[kind];
    if (severity && Object.keys(others).length >= mostRules) return 'full';
    const after = { ...rules, [kind]: severity ? { ...others, [name]: severity } : others };
    const said = severity ? `${kind}: “${name}” is ${severity}` : `${kind}: “${name}” removed`;
    await settingStore.save(trx, { key: severityKey, change: said, before: rules, after, by }, now);
    return 'changed';
  });
}

/** The rules in memory. */
export function createCurrentRules(deps: { db: Db; wake: Wake; log: Log }): Current<SeverityRules> {
  return createCurrent({ ...deps, read: () => readRules(deps.db), initial: noRules, refreshMs: 30_000 });
}
