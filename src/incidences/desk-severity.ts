import type { SourceEvent } from '../sources/source-event.ts';
import type { Severity } from '../sources/severity.ts';
import type { Incidence, IncidenceChange } from './incidence.ts';

type StatusChange = Extract<SourceEvent['change'], { kind: 'status' }>;

/** What the event says of the desk's own severity. */
export function deskSeverityIn({ deskSeverity }: Pick<StatusChange, 'deskSeverity'>): IncidenceChange {
  return deskSeverity === undefined ? {} : { deskSeverity };
}

/**
 * The severity that somebody chose in the desk after a person chose one in Telegram: the newer choice stands, also where it
 * is milder. Undefined where nobody did, or where what the desk
 * said before is not known. That no priority is left says nothing of how bad it is.
 */
export function regraded(
  current: Pick<Incidence, 'severityJudged' | 'deskSeverity' | 'deskSeveritySending'>,
  { deskSeverity }: Pick<StatusChange, 'deskSeverity'>,
): Severity | undefined {
  if (!deskSeverity || current.deskSeverity === null || current.severityJudged === null) return undefined;
  const isKnown = deskSeverity === current.deskSeverity || deskSeverity === current.deskSeveritySending;
  return isKnown ? undefined : deskSeverity;
}
