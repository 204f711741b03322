import { defaultPolicy, type Step } from '../escalation/policy.ts';
import type { QuietHours } from '../quiet/quiet-hours.ts';
import { type DateLanguage, dateLanguages } from '../settings/date-settings.ts';
import { severities, type Severity } from '../sources/severity.ts';

/** What a lead sets with one press; more of it can be typed. */
export type SettingChoice =
  | Readonly<{ about: 'quiet'; set: 'hours'; hours: QuietHours | null }>
  /** `minutes` 0: ends the mute. */
  | Readonly<{ about: 'quiet'; set: 'mute'; minutes: number }>
  | Readonly<{ about: 'escalation'; severity: Severity; steps: readonly Step[] }>
  /** In minutes since midnight; null: no digest. */
  | Readonly<{ about: 'digest'; at: number | null }>
  | Readonly<{ about: 'dates'; language: DateLanguage }>;

/** In an order that never changes: their numbers are on buttons. */
export const settingChoices: readonly SettingChoice[] = [
  { about: 'quiet', set: 'hours', hours: { from: 22 * 60, to: 8 * 60 } },
  { about: 'quiet', set: 'hours', hours: { from: 18 * 60, to: 9 * 60 } },
  { about: 'quiet', set: 'hours', hours: null },
  { about: 'quiet', set: 'mute', minutes: 30 },
  { about: 'quiet', set: 'mute', minutes: 120 },
  { about: 'quiet', set: 'mute', minutes: 0 },
  ...severities.flatMap((severity) => [
    { about: 'escalation' as const, severity, steps: [] },
    { about: 'escalation' as const, severity, steps: defaultPolicy[severity] },
  ]),
  ...[7, 8, 9, 10, 12, 17, 18, 20].map((hour) => ({ about: 'digest' as const, at: hour * 60 })),
  { about: 'digest', at: null },
  ...dateLanguages.map(([language]) => ({ about: 'dates' as const, language })),
];
