import type { Severity } from './severity.ts';

const criticalWords = [
  /\b(hack(ed|er|ers|ing)?|hijack(ed|ing)?|compromised|unauthori[sz]ed|fraud(ulent|sters?)?|stolen|stole|phish(ed|ing))\b/i,
  /\b(security (breach|issue|incident)|data (breach|leak)|identity theft|account take ?over|took over my account)\b/i,
  /\b(someone|somebody|stranger) (else )?(is |has |was |keeps )?(withdr[ae]w(ing|n)?|chang(ed|ing)|logged|us(ed|ing)) /i,
  /\b(lawyers?|attorney|lawsuit|legal action|sue you|suing|police|take you to court)\b/i,
];
const highWords = [
  /\b(refund(s|ed|ing)?|charge ?backs?|charged (twice|again|wrongly)|double charged?|overcharged|billed twice)\b/i,
  /\b(where(['’]s| is| are) my|lost my|give me( back)? my) (payment|money|deposit|withdrawal|credits?|cash|payout)\b/i,
  /\b(payments?|money|deposit(ed|s)?|withdrawals?|credits?|transfer|transaction)\b.{0,60}\b(missing|failed|fails|stuck|declined|disappeared|vanished|gone|not (been )?(received|arrived|credited|shown))\b/i,
  /\b(no|not received|(haven|hasn|didn)['’]?t (received?|get|got)|never (got|received))( my| the)? (payments?|money|deposit|withdrawal|credits?|payout)\b/i,
  /\b(complain(t|ts|ing)?|scam(s|med|mers?)?|cheat(s|ed|ing)?|rip ?off|ripped off|urgent(ly)?|asap)\b/i,
  /\b(ridiculous|unacceptable|outrageous|disgusting|disgusted|pathetic|terrible|horrible|awful|worst|useless|furious|angry|fed up)\b/i,
];

/**
 * Severity where the source names none: whole words, any case. Danger to an account, crime or law is critical;
 * money that went astray, a complaint or anger is high; everything else is medium. English only.
 */
export function severityOfText(text: string): Severity {
  if (criticalWords.some((words) => words.test(text))) return 'critical';
  return highWords.some((words) => words.test(text)) ? 'high' : 'medium';
}
