import { decideOnAlert, decideOnRating } from './decide-on-alert.ts';
import { decideOnAnswer, decideOnFailure, decideOnReceipt } from './decide-on-answer.ts';
import { decideOnLeaving, decideOnTranscript } from './decide-on-chat-end.ts';
import { decideOnDeletion, decideOnMessage, decideOnTranscription } from './decide-on-message.ts';
import { decideOnStatus } from './decide-on-status.ts';
import type { Decision, When } from './decision.ts';
import type { Incidence } from './incidence.ts';
import { wakenedBy } from './snooze.ts';
import type { SourceEvent } from '../sources/source-event.ts';

/**
 * How an event of a source changes the newest incidence of its conversation (undefined: there is none yet).
 * Severity never falls, except by a person; an event that arrives late by the source's own clock changes no state.
 */
export function decideOnEvent(current: Incidence | undefined, event: SourceEvent, when: When): Decision {
  return wakenedBy(event, current, decideOnChange(current, event, when), when);
}

function decideOnChange(current: Incidence | undefined, event: SourceEvent, when: When): Decision {
  const { change } = event;
  switch (change.kind) {
    case 'alerted':
      return decideOnAlert(current, event, change, when);
    case 'rated':
      return decideOnRating(current, event, change, when);
    case 'wrote':
      return decideOnMessage(current, event, change, when);
    case 'transcribed':
      return decideOnTranscription(current, event, change, when);
    case 'deleted':
      return decideOnDeletion(current, event);
    case 'answered':
      return decideOnAnswer(current, event, change, when);
    case 'send-failed':
      return decideOnFailure(current, event, change, when);
    case 'receipt':
      return decideOnReceipt(current, change);
    case 'status':
      return decideOnStatus(current, event, change, when);
    case 'visitor-left':
      return decideOnLeaving(current, event, when);
    case 'transcript':
      return decideOnTranscript(current, event, change.transcript, when);
  }
}
