type Facts = Readonly<{
  customer: string | null;
  email: string | null;
  phone: string | null;
  agent: string;
  conversation: string;
}>;

/** Fills in the variables of a saved answer, as Chatwoot's own page does before it sends one. Others stay, for the person to see. */
export function fillIn(text: string, facts: Facts): string {
  const first = (name: string | null) => name?.split(' ')[0] ?? '';
  const values = new Map<string, string>([
    ['contact.name', facts.customer ?? ''],
    ['contact.first_name', first(facts.customer)],
    ['contact.email', facts.email ?? ''],
    ['contact.phone', facts.phone ?? ''],
    ['agent.name', facts.agent],
    ['agent.first_name', first(facts.agent)],
    ['conversation.id', facts.conversation],
  ]);
  return text.replaceAll(/\{\{\s*([\w.]+)\s*\}\}/g, (whole, name: string) => values.get(name) ?? whole);
}
