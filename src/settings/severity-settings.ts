import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Db, Trx } from '../database/connect.ts';
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

/** In an order that never changes: their numbers are on buttons. */
export const ruleKinds = ['words', 'labels', 'attributes'] as const satisfies readonly RuleKind[];

/** A number that stands for a rule on a button, where its name may have no room. Pure. */
export function ruleId({ kind, name }: Pick<RuleChange, 'kind' | 'name'>): number {
  return createHash('sha256').update(`${kind}:${name}`).digest().readUIntBE(0, 6);
}

/** Of each kind: one expression is made of all words, and it is matched with every message. */
export const mostRules = 500;

export async function readRules(db: Db): Promise<SeverityRules> {
  return stored.safeParse(await settingStore.find(db, severityKey)).data ?? noRules;
}

export type RuleChange =
  /** `severity` undefined: removed. */
  Readonly<{ kind: RuleKind; name: string; severity: Severity | undefined; by: number }>;

export type RuleOutcome =
  /** `before` undefined: there was none. */
  | Readonly<{ kind: 'changed'; changeId: number; change: string; before: Severity | undefined }>
  | Readonly<{ kind: 'unchanged' | 'full' }>;

/** A rule as a change records it; null: there was none. */
const storedRule = z.object({
  kind: z.enum(['words', 'labels', 'attributes']),
  name: z.string(),
  severity: z.enum(severities).nullable(),
});

/** Adds, changes or removes one rule, and records who did it. */
export async function changeRule(db: Db, change: RuleChange, now: Date): Promise<RuleOutcome> {
  return transact(db, async (trx) => apply(trx, await lockRules(trx), change, now));
}

/** Goes back to what a rule was before a change, unless something changed it since; then undefined. */
export async function undoRule(
  db: Db,
  { before, after }: settingStore.UndoableChange,
  by: number,
  now: Date,
): Promise<Extract<RuleOutcome, { kind: 'changed' }> | undefined> {
  const [was, made] = [storedRule.safeParse(before).data, storedRule.safeParse(after).data];
  if (!was || !made) return undefined;
  return transact(db, async (trx) => {
    const rules = await lockRules(trx);
    if (severityOf(rules, made) !== (made.severity ?? undefined)) return undefined;
    const outcome = await apply(trx, rules, { ...was, severity: was.severity ?? undefined, by }, now);
    return outcome.kind === 'changed' ? outcome : undefined;
  });
}

async function apply(trx: Trx, rules: SeverityRules, change: RuleChange, now: Date): Promise<RuleOutcome> {
  const { kind, name, severity, by } = change;
  const before = severityOf(rules, change);
  if (before === severity) return { kind: 'unchanged' };
  const { [name]: _, ...others } = rules[kind];
  if (severity && Object.keys(others).length >= mostRules) return { kind: 'full' };
  const value = { ...rules, [kind]: severity ? { ...others, [name]: severity } : others };
  const said = severity ? `${kind}: “${name}” is ${severity}` : `${kind}: “${name}” removed`;
  const states = {
    before: { kind, name, severity: before ?? null },
    after: { kind, name, severity: severity ?? null },
  };
  const changeId = await settingStore.save(trx, { key: severityKey, value, change: said, ...states, by }, now);
  return { kind: 'changed', changeId, change: said, before };
}

async function lockRules(trx: Trx): Promise<SeverityRules> {
  return stored.safeParse(await settingStore.lock(trx, severityKey)).data ?? noRules;
}

function severityOf(rules: SeverityRules, { kind, name }: Pick<RuleChange, 'kind' | 'name'>): Severity | undefined {
  return Object.hasOwn(rules[kind], name) ? rules[kind][name] : undefined;
}

/** The rules in memory. */
export function createCurrentRules(deps: { db: Db; wake: Wake; log: Log }): Current<SeverityRules> {
  return createCurrent({ ...deps, read: () => readRules(deps.db), initial: noRules });
}
