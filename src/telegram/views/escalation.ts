import { isDeepStrictEqual } from 'node:util';
import type { Policy } from '../../escalation/policy.ts';
import { partsOfPolicy, type PolicyChanged } from '../../settings/escalation-settings.ts';
import type { PastChange } from '../../settings/setting-store.ts';
import { severities } from '../../sources/severity.ts';
import { clip } from '../../transcripts/clip.ts';
import type { Locale } from '../locale.ts';
import type { Texts } from '../texts/texts.ts';
import { typedSpan } from '../typed-time.ts';
import { blocks, type Html, isolated, lines } from './html.ts';
import { dayAndTime, severityMark } from './words.ts';

/** `/escalation`: who is reminded when. */
export function escalationPolicy(policy: Policy, changes: readonly PastChange[], locale: Locale): Html {
  const { texts } = locale;
  const text = texts.escalation;
  return blocks([
    policyText(policy, texts),
    text.meaning,
    text.howTo,
    changes.length > 0 &&
      lines([
        text.changes,
        ...changes.map(({ at, change, by }) => text.change(dayAndTime(at, locale), clip(change, 150), isolated(by))),
      ]),
  ]);
}

export function policyText(policy: Policy, texts: Texts): Html {
  const steps = severities.toReversed().map((severity) => line(policy, severity, texts));
  return blocks([lines([texts.escalation.title, ...steps]), answerLine(policy, texts)]);
}

/** What a change made of each part it changed, and what that was before. */
export function policyChanged({ before, after }: Pick<PolicyChanged, 'before' | 'after'>, texts: Texts): Html {
  const changed = partsOfPolicy.filter((part) => !isDeepStrictEqual(before[part], after[part]));
  const part = (policy: Policy, one: (typeof partsOfPolicy)[number]) =>
    one === 'answer' ? answerLine(policy, texts) : line(policy, one, texts);
  return lines([
    texts.escalation.changed,
    ...changed.flatMap((one) => [part(after, one), texts.escalation.before(part(before, one))]),
  ]);
}

function answerLine({ answer }: Policy, { escalation: text }: Texts): Html {
  return answer === null ? text.answerOff : text.answer(typedSpan(answer));
}

function line(policy: Policy, severity: (typeof severities)[number], { escalation: text, severities: names }: Texts) {
  const steps = policy[severity].map(({ seconds, whom }) => text.step(typedSpan(seconds), whom));
  return text.line(severityMark(severity), names[severity], steps.length > 0 ? steps.join(', ') : text.never);
}
