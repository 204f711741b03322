import fc from 'fast-check';
import { expect, test } from 'vitest';
import { severities, type Severity } from '../sources/severity.ts';
import { type Incidence, risen, transition } from './incidence.ts';

const rankOf = (severity: Severity) => severities.indexOf(severity);
const severity = fc.constantFrom(...severities);
const step = fc.record({ by: fc.constantFrom('person', 'source'), severity });

test('whatever people and sources say: only a person lowers, and only what is worse than all before raises again', () => {
  fc.assert(
    fc.property(severity, fc.array(step, { maxLength: 20 }), (first, steps) => {
      let incidence = { status: 'open', severity: first, severityJudged: null } as Incidence;
      let worst = rankOf(first);
      for (const said of steps) {
        const before = incidence.severity;
        if (said.by === 'person') {
          const action = { kind: 'severity', severity: said.severity } as const;
          const outcome = transition(incidence, action, { id: 1 }, new Date(0));
          expect(outcome.ok).toBe(said.severity !== before);
          if (outcome.ok) incidence = { ...incidence, ...outcome.change };
          expect(incidence.severity).toBe(said.severity);
        } else {
          incidence = { ...incidence, severity: risen(incidence, said.severity) };
          expect(incidence.severity).toBe(rankOf(said.severity) > worst ? said.severity : before);
        }
        worst = Math.max(worst, rankOf(said.severity));
      }
    }),
  );
});
