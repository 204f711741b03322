import { z } from 'zod';
import { severities } from '../sources/severity.ts';
import { sourceNames } from '../sources/source-event.ts';
import type { ChatPlace } from './lane.ts';

export const conditionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('source'), source: z.enum(sourceNames) }),
  z.object({ kind: z.literal('severity'), severity: z.enum(severities), orWorse: z.boolean() }),
  z.object({ kind: z.literal('stage'), stage: z.enum(['PRE_ORDER', 'POST_ORDER']) }),
  z.object({ kind: z.enum(['inbox', 'property', 'tag']), name: z.string() }),
]);

export type Condition = Readonly<z.infer<typeof conditionSchema>>;

/** What fulfils every condition goes to the place. Nothing does while that is lost. */
export type Route = Readonly<{ id: number; place: ChatPlace; conditions: readonly Condition[]; isLost: boolean }>;

/** What routes ask of an incidence. */
export type Routable = Readonly<{
  source: (typeof sourceNames)[number];
  severity: (typeof severities)[number];
  stage: 'PRE_ORDER' | 'POST_ORDER' | null;
  /** Name of the Tawk property or Chatwoot inbox. */
  property: string | null;
  inboxId: string | null;
  tags: readonly string[];
  alertCount: number;
}>;

export function matches(conditions: readonly Condition[], incidence: Routable): boolean {
  return conditions.every((condition) => holds(condition, incidence));
}

function holds(condition: Condition, incidence: Routable): boolean {
  switch (condition.kind) {
    case 'source':
      return isFrom(condition.source, incidence);
    case 'severity': {
      const isWorse = severities.indexOf(incidence.severity) > severities.indexOf(condition.severity);
      return incidence.severity === condition.severity || (condition.orWorse && isWorse);
    }
    case 'stage':
      return incidence.stage === condition.stage;
    case 'inbox':
      return (
        incidence.source !== 'tawk' &&
        (incidence.inboxId === condition.name || isNamed(incidence.property, condition.name))
      );
    case 'property':
      return incidence.source === 'tawk' && isNamed(incidence.property, condition.name);
    case 'tag':
      return incidence.tags.includes(condition.name);
  }
}

/** A conversation of Chatwoot may be alerted about as well. */
function isFrom(source: Routable['source'], incidence: Routable): boolean {
  switch (source) {
    case 'alert':
      return incidence.alertCount > 0;
    case 'chatwoot':
      return incidence.source !== 'tawk';
    case 'tawk':
      return incidence.source === 'tawk';
  }
}

function isNamed(name: string | null, wanted: string): boolean {
  return name !== null && foldName(name) === foldName(wanted);
}

/** Equal for two names that people take for the same. */
function foldName(name: string): string {
  return name.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
}

/** The conditions as `/route` reads them. */
export function conditionsText(conditions: readonly Condition[]): string {
  return conditions.map(conditionText).join(' ');
}

export function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case 'source':
      return condition.source;
    case 'severity':
      return `${condition.severity}${condition.orWorse ? '+' : ''}`;
    case 'stage':
      return condition.stage === 'PRE_ORDER' ? 'pre-order' : 'post-order';
    case 'inbox':
    case 'property':
    case 'tag':
      return `${condition.kind}:${/\s/.test(condition.name) ? `"${condition.name}"` : condition.name}`;
  }
}

/** Two conditions that nothing can fulfil together; undefined where there are none. */
export function contradiction(conditions: readonly Condition[]): readonly [Condition, Condition] | undefined {
  for (const one of conditions) {
    const other = conditions.find((candidate) => excludes(one, candidate) || excludes(candidate, one));
    if (other) return [one, other];
  }
  return undefined;
}

function excludes(one: Condition, other: Condition): boolean {
  switch (one.kind) {
    case 'source':
      return one.source === 'tawk'
        ? other.kind === 'inbox' || (other.kind === 'source' && other.source !== 'tawk')
        : other.kind === 'property';
    case 'severity': {
      if (other.kind !== 'severity') return false;
      const [low, high] = [severities.indexOf(one.severity), severities.indexOf(other.severity)];
      return low < high && !one.orWorse;
    }
    case 'stage':
      return other.kind === 'stage' && other.stage !== one.stage;
    case 'inbox':
      // An inbox has a name and a number.
      return other.kind === 'property';
    case 'property':
      return other.kind === 'property' && foldName(other.name) !== foldName(one.name);
    case 'tag':
      return false;
  }
}
