import { severities, type Severity, worse } from './severity.ts';
import { severityOfText } from './severity-of-text.ts';

/** What a lead set: each maps a word, a label, or `attribute=value` (in lower case) to a severity. */
export type SeverityRules = Readonly<{
  words: Readonly<Record<string, Severity>>;
  labels: Readonly<Record<string, Severity>>;
  attributes: Readonly<Record<string, Severity>>;
}>;

export const noRules: SeverityRules = { words: {}, labels: {}, attributes: {} };

/** What is known of a conversation. `attributes` are of the conversation or its customer; `priority` is the desk's. */
export type SeverityFacts = Readonly<{
  labels?: readonly string[];
  attributes?: Readonly<Record<string, unknown>>;
  priority?: Severity | undefined;
  text: string;
}>;

export type Judged = Readonly<{
  severity: Severity;
  by: 'label' | 'attribute' | 'priority' | 'word' | 'built-in' | 'nothing';
  /** Which labels, attributes or words decided. */
  matched: readonly string[];
}>;

/**
 * How bad it is: a label or attribute that the team named decides first, then the desk's priority, then the words of the
 * customer, else it is medium. Of several that match in one step the worst counts.
 */
export function judge(facts: SeverityFacts, rules: SeverityRules): Judged {
  const labels = (facts.labels ?? []).map(lower).filter((label) => Object.hasOwn(rules.labels, label));
  const attributes = attributesIn(facts.attributes, rules);
  const named = [...labels.map((label) => rules.labels[label]), ...attributes.map((name) => rules.attributes[name])];
  if (named.length > 0) {
    const by = labels.length > 0 ? 'label' : 'attribute';
    return { severity: worstOf(named), by, matched: [...labels, ...attributes] };
  }
  if (facts.priority) return { severity: facts.priority, by: 'priority', matched: [facts.priority] };
  return judgeText(facts.text, rules);
}

/**
 * The team's own words go before the built-in ones: what they matched is not read again, so that a word that is built in as
 * high can be made low. What is left of the text may still be worse by the built-in words.
 */
export function judgeText(text: string, rules: Pick<SeverityRules, 'words'>): Judged {
  const found = new Set<string>();
  let rest = text;
  if (Object.keys(rules.words).length > 0) {
    rest = text.normalize('NFC').replace(matcherOf(rules.words), (word) => {
      if (!Object.hasOwn(rules.words, lower(word))) return word;
      found.add(lower(word));
      return ' · ';
    });
  }
  const builtIn = severityOfText(rest);
  if (found.size === 0) return { severity: builtIn, by: builtIn === 'medium' ? 'nothing' : 'built-in', matched: [] };
  const own = worstOf([...found].map((word) => rules.words[word]));
  const isWorse = builtIn !== 'medium' && worse(own, builtIn) !== own;
  return isWorse
    ? { severity: builtIn, by: 'built-in', matched: [] }
    : { severity: own, by: 'word', matched: [...found] };
}

/** A word, phrase, label or `attribute=value` as it is kept: in lower case, single spaces. Undefined: empty or too long. */
export function ruleName(typed: string): string | undefined {
  const name = lower(typed);
  return name !== '' && name.length <= 100 ? name : undefined;
}

function lower(text: string): string {
  return text.normalize('NFC').toLowerCase().trim().replaceAll(/\s+/g, ' ');
}

function attributesIn(attributes: Readonly<Record<string, unknown>> | undefined, rules: SeverityRules): string[] {
  if (!attributes || Object.keys(rules.attributes).length === 0) return [];
  return Object.entries(attributes)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([key, value]) => lower(`${key}=${String(value)}`))
    .filter((name) => Object.hasOwn(rules.attributes, name));
}

function worstOf(named: readonly (Severity | undefined)[]): Severity {
  return named.reduce<Severity>((worst, next) => (next ? worse(worst, next) : worst), severities[0]);
}

const matchers = new WeakMap<SeverityRules['words'], RegExp>();

/** Made once for a set of words. Longer ones first, so that a phrase goes before a word in it. */
function matcherOf(words: SeverityRules['words']): RegExp {
  const known = matchers.get(words);
  if (known) return known;
  const longestFirst = Object.keys(words).toSorted((a, b) => b.length - a.length);
  const matcher = new RegExp(longestFirst.map(patternOf).join('|'), 'giu');
  matchers.set(words, matcher);
  return matcher;
}

/** Scripts that write no spaces between words: there a word may stand anywhere. */
const unspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;

function patternOf(word: string): string {
  const escaped = word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`).replaceAll(' ', String.raw`\s+`);
  return unspaced.test(word) ? escaped : String.raw`(?<![\p{L}\p{N}])${escaped}(?![\p{L}\p{N}])`;
}
