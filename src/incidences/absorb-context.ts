import type { Incidence, IncidenceChange } from './incidence.ts';
import { severityOfContext } from '../sources/severity-of-context.ts';
import { type Severity, worse } from '../sources/severity.ts';
import { judge, judgeText, type SeverityRules } from '../sources/severity-rules.ts';
import { shopFacts } from '../sources/shop-facts.ts';
import { type ContextAttribute, detailsOfContext } from '../sources/visitor-context.ts';

type Before = Readonly<{ context: readonly ContextAttribute[]; stage: Incidence['stage'] }>;

/**
 * What the shop sent, in the columns that people filter and count by. It takes precedence over the events of the chat,
 * whichever came first; what the shop takes back is empty again.
 */
export function absorbContext(before: Before, context: readonly ContextAttribute[]): IncidenceChange {
  const wasTold = detailsOfContext(before.context);
  const { stage, ...told } = detailsOfContext(context);
  const takenBack = columns.filter((column) => wasTold[column] !== undefined && told[column] === undefined);
  return {
    ...Object.fromEntries(takenBack.map((column) => [column, null])),
    ...told,
    context,
    stage: stageAfter(before.stage, wasTold.stage, stage),
  };
}

const columns = ['appScreen', 'cartValue', 'eventType', 'frictionScore'] as const;

/** An order that the events of the chat name stays; one that only the shop named can be taken back. */
function stageAfter(
  known: Incidence['stage'],
  wasTold: Incidence['stage'] | undefined,
  told: Incidence['stage'] | undefined,
): Incidence['stage'] {
  if (told === 'POST_ORDER' || (known === 'POST_ORDER' && wasTold !== 'POST_ORDER')) return 'POST_ORDER';
  return told ?? (wasTold === undefined ? known : null);
}

/** The gravest that a lead's own attribute, or a rule for all shops, asks for; undefined where none does. */
export function severityAskedFor(
  message: string,
  context: readonly ContextAttribute[],
  rules: SeverityRules,
): Severity | undefined {
  const { cartValue, frictionScore } = detailsOfContext(context);
  const words = judgeText(message, rules).severity;
  const byRule = severityOfContext({ words, tier: shopFacts(context).tier, cartValue, frictionScore });
  const attributes = Object.fromEntries(context.map(({ key, value }) => [key, value]));
  const { severity, by } = judge({ attributes, text: '' }, rules);
  return by === 'attribute' ? worse(severity, byRule ?? severity) : byRule;
}
