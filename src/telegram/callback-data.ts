import { type Outcome, outcomes } from '../incidences/incidence.ts';
import { severities, type Severity } from '../sources/severity.ts';
import { type Snooze, snoozes } from './snooze-time.ts';

/** Every button the bot puts under a message. The press is checked for who may do it; the data only says what they ask for. */
export type Button =
  | Readonly<{ kind: NumberedKind; id: number }>
  | Readonly<{ kind: 'saved-answer'; id: number; answerId: number }>
  /** `id` is a list's; `from` names the entry beyond which the page begins. */
  | Readonly<{ kind: 'turn-page'; id: number; to: Turn; from: string }>
  /** `id` is a place in `statsViews`; `period` as it is typed. */
  | Readonly<{ kind: 'show-stats' | 'explain-stats' | 'send-rows'; id: number; period: string }>
  /** `id` is a route's. */
  | Readonly<{ kind: 'remove-route'; id: number; page: number }>
  /** `id` is a place in `ruleKinds`. */
  | Readonly<{ kind: 'rules-page'; id: number; page: number }>
  /** `id` is a severity rule's; `page` is the one it stands on. */
  | Readonly<{ kind: 'show-rule'; id: number; page: number }>
  /** `severity` undefined: the rule is removed. */
  | Readonly<{ kind: 'set-rule'; id: number; page: number; severity: Severity | undefined }>
  /** `id` is the number of a switch; `change`: a second tap must not undo the first. */
  | Readonly<{ kind: 'switch-setting'; id: number; page: number; change: TagChange }>
  | Readonly<{ kind: 'close'; id: number; outcome: Outcome }>
  | Readonly<{ kind: 'severity'; id: number; severity: Severity }>
  | Readonly<{ kind: 'snooze'; id: number; snooze: Snooze }>
  | Readonly<{ kind: 'assign'; id: number; personId: number }>
  /** `historyId`: what was done last, as far as the presser saw. */
  | Readonly<{ kind: 'undo'; id: number; historyId: number }>
  /** `change`: a second tap, or a colleague's, must not undo the first. */
  | Readonly<{ kind: 'tag'; id: number; tagId: number; change: TagChange }>;

/** What says all with a number: an incidence's, where nothing else is said. */
type NumberedKind =
  | 'acknowledge'
  | 'release'
  | 'reopen'
  | 'show'
  | 'reply'
  | 'note'
  | 'contact'
  | 'outcome-menu'
  | 'tag-menu'
  | 'more-menu'
  | 'severity-menu'
  | 'assign-menu'
  | 'snooze-menu'
  | 'main-menu'
  | 'write-note'
  | 'new-tag'
  /** A reply's. */
  | 'send-reply'
  | 'change-reply'
  | 'discard-reply'
  /** A storm's. */
  | 'show-next'
  | 'acknowledge-all'
  /** A hand-over's. */
  | 'take-handover'
  /** A dead delivery's. */
  | 'send-again'
  /** A page's. */
  | 'routes-page'
  | 'settings-page'
  /** A place in `ruleKinds`. */
  | 'add-rule'
  /** That of a choice in `settingChoices`. */
  | 'choose-setting'
  /** That of a change of the settings. */
  | 'undo-setting'
  /** 0: they are about the chat or topic they stand in. */
  | AnswersKind
  | SetupKind;

/** Who sees answers. */
type AnswersKind = 'answer-asker' | 'answer-everyone';

const setupKinds = [
  'send-alerts',
  'stop-alerts',
  'test-card',
  'check-setup',
  'topics-by-severity',
  'topics-by-source',
] as const;
export type SetupKind = (typeof setupKinds)[number];

export function isSetupKind(kind: Button['kind']): kind is SetupKind {
  return setupKinds.some((known) => known === kind);
}

export type TagChange = 'set' | 'unset';
export type Turn = 'next' | 'previous';

const codes = {
  acknowledge: 'a',
  release: 'r',
  reopen: 'o',
  show: 'i',
  'outcome-menu': 'c',
  'tag-menu': 't',
  'main-menu': 'm',
  'write-note': 'n',
  'new-tag': 'w',
  'show-next': 's',
  'acknowledge-all': 'y',
  'send-again': 'd',
  'take-handover': 'k',
  'turn-page': 'l',
  close: 'x',
  tag: 'g',
  reply: 'p',
  'send-reply': 'u',
  'change-reply': 'h',
  'discard-reply': 'j',
  'saved-answer': 'v',
  'more-menu': 'e',
  'severity-menu': 'b',
  severity: 'f',
  'snooze-menu': 'sm',
  snooze: 'sn',
  'assign-menu': 'am',
  assign: 'as',
  undo: 'un',
  note: 'q',
  contact: 'co',
  'show-stats': 'z',
  'explain-stats': '1',
  'remove-route': 'rr',
  'rules-page': 'vp',
  'show-rule': 'vs',
  'set-rule': 'vc',
  'add-rule': 'va',
  'routes-page': 'rp',
  'undo-setting': 'su',
  'send-rows': '2',
  'settings-page': 'sp',
  'switch-setting': 'ss',
  'choose-setting': 'sc',
  'send-alerts': 'ph',
  'stop-alerts': 'ps',
  'test-card': 'pt',
  'check-setup': 'pc',
  'answer-asker': 'sa',
  'answer-everyone': 'se',
  'topics-by-severity': 'pv',
  'topics-by-source': 'po',
} as const satisfies Record<Button['kind'], string>;

/** At most 64 bytes (Bot API, InlineKeyboardButton): `<code>:<id>[:<argument>…]`. */
export function encode(button: Button): string {
  const base = `${codes[button.kind]}:${button.id}`;
  if (button.kind === 'close') return `${base}:${outcomes.indexOf(button.outcome)}`;
  if (button.kind === 'severity') return `${base}:${severities.indexOf(button.severity)}`;
  if (button.kind === 'snooze') return `${base}:${snoozes.indexOf(button.snooze)}`;
  if (button.kind === 'assign') return `${base}:${button.personId}`;
  if (button.kind === 'undo') return `${base}:${button.historyId}`;
  if (button.kind === 'tag') return `${base}:${button.tagId}:${button.change === 'set' ? 1 : 0}`;
  if (button.kind === 'saved-answer') return `${base}:${button.answerId}`;
  if (button.kind === 'turn-page') return `${base}:${button.to === 'next' ? 1 : 0}:${button.from}`;
  if (button.kind === 'remove-route' || button.kind === 'rules-page' || button.kind === 'show-rule')
    return `${base}:${button.page}`;
  if (button.kind === 'set-rule') {
    const { severity } = button;
    return `${base}:${button.page}:${severity === undefined ? severities.length : severities.indexOf(severity)}`;
  }
  if ('period' in button) return `${base}:${button.period}`;
  if (button.kind === 'switch-setting') return `${base}:${button.page}:${button.change === 'set' ? 1 : 0}`;
  return base;
}

/** The same of a button that changes a state: with the `stateVersion` that stands on the card. */
export function encodeSeen(button: Button, stateVersion: number): string {
  return `${encode(button)}@${stateVersion}`;
}

/** Undefined where the button says nothing of it, as on cards of earlier versions. */
export function seenIn(data: string): number | undefined {
  return toId(data.split('@')[1]);
}

/** Undefined for data that is not ours. */
export function parse(data: string): Button | undefined {
  const [plain = ''] = data.split('@');
  const [code, idText, argument, further] = plain.split(':');
  const id = toId(idText);
  const kind = kinds.get(code ?? '');
  if (kind === undefined || id === undefined) return undefined;
  if (kind === 'close') {
    const outcome = outcomes[Number(argument)];
    return outcome && { kind, id, outcome };
  }
  if (kind === 'severity') {
    const severity = severities[Number(argument)];
    return severity && { kind, id, severity };
  }
  if (kind === 'snooze') {
    const snooze = snoozes[Number(argument)];
    return snooze && { kind, id, snooze };
  }
  const change = further === '1' ? 'set' : further === '0' ? 'unset' : undefined;
  if (kind === 'tag') {
    const tagId = toId(argument);
    return tagId === undefined || !change ? undefined : { kind, id, tagId, change };
  }
  if (kind === 'turn-page') {
    const to = argument === '1' ? 'next' : argument === '0' ? 'previous' : undefined;
    return to && further !== undefined && /^[\d.]{1,40}$/.test(further) ? { kind, id, to, from: further } : undefined;
  }
  if (kind === 'show-stats' || kind === 'explain-stats' || kind === 'send-rows') {
    return argument !== undefined && /^[\w.-]{1,40}$/.test(argument) ? { kind, id, period: argument } : undefined;
  }
  if (kind === 'assign') {
    const personId = toId(argument);
    return personId === undefined ? undefined : { kind, id, personId };
  }
  if (kind === 'undo') {
    const historyId = toId(argument);
    return historyId === undefined ? undefined : { kind, id, historyId };
  }
  if (kind === 'saved-answer') {
    const answerId = toId(argument);
    return answerId === undefined ? undefined : { kind, id, answerId };
  }
  if (kind === 'switch-setting') {
    const page = toId(argument);
    return page === undefined || !change ? undefined : { kind, id, page, change };
  }
  if (kind === 'remove-route' || kind === 'rules-page' || kind === 'show-rule') {
    const page = toId(argument);
    return page === undefined ? undefined : { kind, id, page };
  }
  if (kind === 'set-rule') {
    const [page, chosen] = [toId(argument), toId(further)];
    if (page === undefined || chosen === undefined || chosen > severities.length) return undefined;
    return { kind, id, page, severity: severities[chosen] };
  }
  return { kind, id };
}

const kinds = new Map<string, Button['kind']>(
  Object.entries(codes).map(([kind, code]) => [code, kind as Button['kind']] as const),
);

function toId(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
