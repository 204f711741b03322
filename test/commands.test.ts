import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { type Chat, openChat } from './support/chat.ts';
import { postAlert, postTawk, type Product, quiet, startProduct } from './support/product.ts';
import { shownStats } from './support/stats.ts';

const { ana, ben, carla } = SEED;

let product: Product;
let team: Chat;
let numbers: Record<string, number>;

/** Gives the tests of one group a product with five open incidences, of which Ben acknowledged one and Ana tagged another. */
function withFiveIncidences(): void {
  beforeAll(startWithFiveIncidences);
  afterAll(() => product.stop());
  afterEach(() => {
    expect(product.sandbox.refusals).toEqual([]);
    expect(product.sandbox.unknownParameters).toEqual([]);
  });
}

async function startWithFiveIncidences(): Promise<void> {
  // From noon on, so that "today" is one day however long the tests take.
  const aheadMs = Date.parse('2026-11-18T12:00:00Z') - Date.now();
  product = await startProduct({ now: () => new Date(Date.now() + aheadMs) });
  team = openChat(product);
  numbers = { tawk: 5 };
  for (const severity of ['low', 'medium', 'high', 'critical']) {
    const alert = {
      severity,
      reason: `REASON_${severity}`,
      conversation_id: severity,
      message: severity,
      customer_name: `Zoe ${severity}`,
    };
    const { body } = await postAlert(product, alert);
    numbers[severity] = Number(body['incidence_id']);
  }
  const chat = {
    event: 'chat:start',
    chatId: 'tawk-1',
    message: { text: 'hello', type: 'msg', sender: { type: 'visitor' } },
    visitor: { name: 'Asha' },
  };
  await postTawk(product, JSON.stringify(chat));
  await quiet(product);
  await team.ask(`/tag ${numbers['low']} Refund VIP`);
  await team.ask(`/ack ${numbers['high']}`, ben);
}

/** Which of the five are listed, by name, in their order. */
async function listed(command: string, by: number = ana): Promise<string[]> {
  const { text = '' } = await team.ask(command, by);
  return [...text.matchAll(/#(\d+) /g)].map(
    ([, number]) => Object.keys(numbers).find((name) => numbers[name] === Number(number)) ?? '?',
  );
}

describe('/open', () => {
  withFiveIncidences();

  test('a word too long to be repeated is answered as far as it fits', async () => {
    const { text = '' } = await team.ask(`/open ${'x'.repeat(4_090)}`);
    expect(text).toMatch(/^There is no tag “x+…$/);
    expect(text).toHaveLength(4_096);
  });

  test.each([
    ['/open', ['critical', 'high', 'medium', 'tawk', 'low']],
    ['/open critical', ['critical']],
    ['/open LOW', ['low']],
    ['/open tawk', ['tawk']],
    ['/open alert', ['critical', 'high', 'medium', 'low']],
    ['/open chatwoot', ['critical', 'high', 'medium', 'low']],
    ['/open unacked LOW', ['low']],
    ['/open alert refund vip', ['low']],
    ['/open low critical', ['critical', 'low']],
    ['/open critical refund', []],
    ['/mine critical', []],
    ['/open refund', ['low']],
    ['/open unacked', ['critical', 'medium', 'tawk', 'low']],
    ['/open mine', []],
    ['/mine', []],
  ])('%s lists %j', async (command, names) => {
    expect(await listed(command)).toEqual(names);
  });

  test('mine lists what the asking person acknowledged', async () => {
    expect(await listed('/open mine', ben)).toEqual(['high']);
    expect(await listed('/mine', ben)).toEqual(['high']);
  });

  test.each([
    ['/mine', 'Open, mine'],
    ['/open tawk critical', 'Open, tawk critical'],
  ])('%s that matches nothing is not an all-clear', async (command, title) => {
    expect((await team.ask(command)).text).toBe(`📂 ${title}: no matches. 5 open in total: /open`);
  });

  test('a word that is no filter is named, wherever it stands', async () => {
    expect((await team.ask('/open critical unaked')).text).toMatch(/^There is no tag “unaked”/);
  });

  test.each(['/open critcal', '/open !!!', "/open '; drop table incidences; --"])(
    '%s is not an all-clear',
    async (command) => {
      expect((await team.ask(command)).text).toMatch(
        /^There is no tag .* Use \/open with a tag or one of: critical, high, /,
      );
    },
  );

  test('a number under the list brings the card', async () => {
    const list = await team.ask('/open tawk', carla);
    expect(await team.pressUnder(list, `#${numbers['tawk']}`, carla)).toBe(`#${numbers['tawk']}`);
    await product.sandbox.waitFor(
      () => team.messages().filter(({ text }) => text?.startsWith('💬 TAWK CHAT')).length === 2,
    );
  });
});

describe('/stats', () => {
  withFiveIncidences();

  test.each(['', ' today', ' 7d', ' 30d', ' 90d'])('/stats%s counts today', async (period) => {
    const shown = shownStats(await team.ask(`/stats${period}`));
    expect(shown).toMatchObject({ opened: 5, acknowledged: 1, closed: 0, openNow: 5 });
  });

  test.each([
    [' yesterday', 'Stats for yesterday'],
    [' 2020-01-01..2020-01-31', 'Stats for 2020-01-01 to 2020-01-31'],
  ])('/stats%s counts nothing but what is open', async (period, title) => {
    const answer = await team.ask(`/stats${period}`);
    expect(answer.text).toContain(title);
    expect(shownStats(answer)).toMatchObject({ opened: 0, acknowledged: 0, closed: 0, openNow: 5 });
  });

  const notUnderstood = (word: string) =>
    `/stats doesn't know “${word}”. Use a period (today, yesterday, 7d, 30d, 90d, 2026-01-01..2026-01-31), a grouping (severity, source, inbox, agent, tag, stage, screen, friction) or both: /stats 7d agent`;

  test.each(['nonsense', '2020-01-31..2020-01-01', '2020-13-01..2020-13-02', '..', '0d', '<b>'])(
    '/stats %s is answered with what it takes',
    async (period) => {
      expect((await team.ask(`/stats ${period}`)).text).toBe(notUnderstood(period));
    },
  );

  test.each([
    ['/stats 7d colour', 'colour'],
    ['/stats 7d agent please', 'please'],
    ['/stats 7d today', 'today'],
  ])('%s is answered with what it takes', async (command, word) => {
    expect((await team.ask(command)).text).toBe(notUnderstood(word));
  });
});

describe('a command nobody knows', () => {
  withFiveIncidences();

  test.each(['/dance', '/waltz now', '/dance@bellhop_bot'])('%s is answered with advice', async (command) => {
    const name = /\w+/.exec(command)?.[0];
    expect((await team.ask(command)).text).toBe(`I don't know /${name}. /help lists the commands.`);
    expect((await openChat(product, ana).ask(command)).text).toContain("I don't know");
  });

  test('any other text is answered in private, where nobody else can be meant', async () => {
    const answer = await openChat(product, ana).ask('hello?');
    expect(answer.text).toContain('I read commands, and replies to my questions');
  });

  test("another bot's commands and what only looks like one are left alone", async () => {
    for (const text of ['/dance@other_bot', '/etc/passwd is a file', 'a /dance in between']) {
      const { message_id: said } = team.typed(text, ana);
      await team.ask('/whoami');
      expect(
        team.messages().filter(({ replyTo }) => replyTo === said),
        text,
      ).toEqual([]);
    }
  });
});

describe('commands about one incidence', () => {
  withFiveIncidences();

  test.each([
    ['/incidence', 'Which one? For example /incidence 42'],
    ['/incidence abc', 'Which one? For example /incidence 42'],
    ['/incidence 99999', 'No incidence #99999. Send /open to list open incidences.'],
    ['/ack', 'Which one? For example /ack 42'],
    ['/ack -1', 'Which one? For example /ack 42'],
    ['/ack 999999999999999', 'No incidence #999999999999999. Send /open to list open incidences.'],
    ['/ack 9999999999999999999999', 'Which one? For example /ack 42'],
    ['/close', 'Which one? For example /close 42 resolved paid out'],
    ['/close resolved', 'Which one? For example /close 42 resolved paid out'],
    ['/transcript', 'Which one? For example /transcript 42'],
    ['/transcript 99', 'No incidence #99. Send /open to list open incidences.'],
    ['/transcript 1', 'No transcript for #1. Only Tawk chats have one.'],
    ['/transcript 5', 'No transcript for #5 yet. Tawk sends it about three minutes after the visitor leaves.'],
    ['/close 99999 reslved', 'No incidence #99999. Send /open to list open incidences.'],
    ['/close 99999 spam', 'No incidence #99999. Send /open to list open incidences.'],
    ['/tag', 'Which one, and which tags? For example /tag 42 refund vip'],
    ['/tag 1', 'Which one, and which tags? For example /tag 42 refund vip'],
    ['/tag 1 🔥', 'Which one, and which tags? For example /tag 42 refund vip'],
    ['/tag refund', 'Which one, and which tags? For example /tag 42 refund vip'],
    ['/tag 99999 refund', 'No incidence #99999. Send /open to list open incidences.'],
  ])('%s → %s', async (command, answer) => {
    expect((await team.ask(command)).text).toBe(answer);
  });

  test.each([
    ['resolved paid out', 'resolved', 'paid out'],
    ['no reply needed', 'no reply needed', undefined],
    ['no-reply-needed it was thanks', 'no reply needed', 'it was thanks'],
    ['SPAM', 'spam', undefined],
    ['Spam! sold us pills', 'spam', 'sold us pills'],
    ['told her to call', 'resolved', 'told her to call'],
    ['dupe', 'resolved', 'dupe'],
    ['', 'resolved', undefined],
  ])('/close n %s', async (words, outcome, note) => {
    const alert = { severity: 'low', reason: 'X', conversation_id: `close ${words}`, message: 'x' };
    const id = Number((await postAlert(product, alert)).body['incidence_id']);
    const answer = `#${id} closed · ${outcome}${note ? ` · note: ${note}` : ''}`;
    expect((await team.ask(`/close ${id} ${words}`)).text).toBe(answer);
    const card = await team.waitForCard(id, `closed by Ana · ${outcome}`);
    if (note === undefined) expect(card.text).not.toContain('Note:');
    else expect(card.text).toContain(`Note: ${note}`);
  });

  test.each([
    [
      'reslved paid',
      '“reslved” is not an outcome. Did you mean resolved?\n/close N resolved paid\nTo close as resolved and keep that text as a note:\n/close N resolved reslved paid',
    ],
    [
      'scam',
      '“scam” is not an outcome. Did you mean spam?\n/close N spam\nTo close as resolved and keep that text as a note:\n/close N resolved scam',
    ],
  ])('/close n %s asks before it closes', async (words, answer) => {
    const alert = { severity: 'low', reason: 'X', conversation_id: `slip ${words}`, message: 'x' };
    const id = Number((await postAlert(product, alert)).body['incidence_id']);
    expect((await team.ask(`/close ${id} ${words}`)).text).toBe(
      `#${id} is not closed yet: ${answer.replaceAll('/close N', `/close ${id}`)}`,
    );
    expect(await product.rows('select status from incidences where id = $1', id)).toEqual([{ status: 'open' }]);
    await team.ask(`/close ${id}`);
    expect((await team.ask(`/close ${id} ${words}`, ben)).text).toBe('Already closed by Ana');
  });

  test('/ack takes several, and says of each what came of it', async () => {
    const [one, two] = await Promise.all(
      ['several 1', 'several 2'].map(async (conversation) => {
        const alert = { severity: 'low', reason: 'X', conversation_id: conversation, message: 'x' };
        return Number((await postAlert(product, alert)).body['incidence_id']);
      }),
    );
    const { text } = await team.ask(`/ack #${one},${two} ${one} ${numbers['high']} 99999 please`);
    expect(text?.split('\n')).toEqual([
      `#${one} is yours`,
      `#${two} is yours`,
      `#${numbers['high']}: Already acknowledged by Ben`,
      '#99999: No such incidence',
      'Ignored, not an incidence number: please',
    ]);
    await team.waitForCard(Number(two), 'acknowledged by Ana');
    const many = Array.from({ length: 21 }, (_, index) => index + 1).join(' ');
    expect((await team.ask(`/ack ${many}`)).text).toBe('Too many: /ack accepts up to 20 numbers, and you sent 21.');
  });

  test('/ack of one that is taken tells by whom', async () => {
    expect((await team.ask(`/ack ${numbers['high']}`)).text).toBe('Already acknowledged by Ben');
  });
});

describe('/whoami and /help', () => {
  withFiveIncidences();

  test('/whoami tells the role and the ids', async () => {
    expect((await team.ask('/whoami')).text).toBe(
      `You are an agent here.\nYour ID: ${ana}\nThis chat: ${product.chatId}\nThis chat receives alerts.`,
    );
    const ask = async (by: number) => (await openChat(product, by).ask('/whoami', by)).text;
    expect(await ask(ana)).toBe(
      `You are an agent in the team chat.\nYour ID: ${ana}\nThis chat: ${ana}\nThe team chat receives alerts.`,
    );
    expect(await ask(SEED.dmitri)).toBe(
      `You are not on this team.\nYour ID: ${SEED.dmitri}\nThis chat: ${SEED.dmitri}`,
    );
    expect(await ask(carla)).toBe(
      `You are an admin here.\nYour ID: ${carla}\nThis chat: ${carla}\nTo get alerts here, an admin types /setup.`,
    );
  });

  test.each([
    ['an agent', SEED.supportTeam, ana],
    ['an admin', SEED.supportTeam, carla],
    ['an agent in private', ana, ana],
    ['an admin in private', carla, carla],
    ['a stranger in private', SEED.dmitri, SEED.dmitri],
  ])('/help names to %s every command of their menu, and no other', async (_, chatId, by) => {
    const { text = '' } = await openChat(product, chatId).ask('/help', by);
    const menu = product.sandbox.commandsFor(chatId, by).map(({ command }) => command);
    expect(menu.length).toBeGreaterThan(4);
    expect([...text.matchAll(/^\/(\w+)/gm)].map(([, command]) => command)).toEqual(menu);
  });
});

test('in a forum every message goes to its topic', async () => {
  const { chats, urgent } = SEED.topics;
  const forum = await startProduct({ env: { TELEGRAM_CHAT_ID: `${SEED.forum}:${chats}` } });
  try {
    const { body } = await postAlert(forum, { severity: 'high', reason: 'X', conversation_id: 1, message: 'x' });
    const [cards, elsewhere] = [openChat(forum, SEED.forum, chats), openChat(forum, SEED.forum, urgent)];
    expect(cards.card(1).message_id).toBe(body['telegram_message_id']);

    const copy = await elsewhere.ask('/incidence 1');
    expect(copy.threadId).toBe(urgent);
    expect((await elsewhere.ask('/whoami')).text).toContain(`This chat: ${SEED.forum}:${urgent}`);
    const question = await askForTag(elsewhere);
    expect(question.threadId).toBe(urgent);
    expect((await elsewhere.ask('vip', ana, question.message_id)).text).toBe('Tagged #1: vip');
    await elsewhere.waitForCard(1, 'Tags: vip');
    await cards.waitForCard(1, 'Tags: vip');
    expect(forum.sandbox.refusals).toEqual([]);
  } finally {
    await forum.stop();
  }
});

async function askForTag(chat: Chat) {
  await chat.press(1, 'Tag');
  await chat.waitForButton(1, 'New tag…');
  await chat.press(1, 'New tag…');
  return chat.waitForText('the new tag for #1 ');
}

describe('commands as phones write them', () => {
  withFiveIncidences();

  test.each([['/Open'], ['/OPEN'], ['/oPen@BELLHOP_Bot']])('%s lists what is open', async (command) => {
    expect((await team.ask(command)).text).toMatch(/^📂 Open: \d/);
  });

  test.each([['１'], ['١'], ['१'], ['№1'], ['#1'], ['1.']])('/Incidence\u00A0%s shows the card', async (number) => {
    expect((await team.ask(`/Incidence\u00A0${number}`)).text).toContain('\n#1 · ');
  });

  test('/Ack takes numbers of several scripts at once', async () => {
    const { text } = await team.ask('/Ack 98١,９９');
    expect(text).toBe('#981: No such incidence\n#99: No such incidence');
  });
});
