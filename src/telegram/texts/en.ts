import { card } from './en/card.ts';
import { charts } from './en/charts.ts';
import { commandTexts, commands, dialogs, failed, help, openList, pages, whoAmI } from './en/commands.ts';
import { dashboard } from './en/dashboard.ts';
import { digest } from './en/digest.ts';
import { duty } from './en/duty.ts';
import { escalation } from './en/escalation.ts';
import { exports } from './en/exports.ts';
import { notes, storm } from './en/notes.ts';
import { find } from './en/find.ts';
import { friction } from './en/friction.ts';
import { invitations } from './en/invitations.ts';
import { links } from './en/links.ts';
import { quiet } from './en/quiet.ts';
import { replies } from './en/replies.ts';
import { routes } from './en/routes.ts';
import { settings } from './en/settings.ts';
import { setup } from './en/setup.ts';
import { severityRules } from './en/severity-rules.ts';
import { stats } from './en/stats.ts';
import { refusals, toasts } from './en/toasts.ts';
import { team } from './en/team.ts';
import { transcript } from './en/transcript.ts';
import { deliveryKinds, why } from './en/why.ts';
import { did, outcomes, outcomesInText, severities, severityButtons, sources } from './en/words.ts';

/** Everything people read in Telegram, in English. */
export const en = {
  did,
  severities,
  severityButtons,
  sources,
  outcomes,
  outcomesInText,
  card,
  toasts,
  refusals,
  commandTexts,
  help,
  whoAmI,
  commands,
  openList,
  pages,
  dashboard,
  dialogs,
  digest,
  duty,
  escalation,
  failed,
  find,
  invitations,
  links,
  quiet,
  replies,
  routes,
  notes,
  storm,
  transcript,
  settings,
  severityRules,
  setup,
  team,
  stats,
  friction,
  charts,
  exports,
  why,
  deliveryKinds,
};
