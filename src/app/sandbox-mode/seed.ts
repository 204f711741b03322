import { createTelegramSandbox, type Sandbox, type SandboxOptions } from 'telegram-sandbox';

/** The IDs of the demo's people and chats, the same on every start. */
export const SEED = {
  supportTeam: -1_002_000_000_100,
  forum: -1_002_000_000_200,
  topics: { urgent: 2, chats: 4, tickets: 6 },
  ana: 500_000_101,
  ben: 500_000_102,
  carla: 500_000_103,
  dmitri: 500_000_104,
} as const;

/** A sandbox with Bellhop as its bot and the demo's people and chats. */
export function createSeededSandbox(options: SandboxOptions = {}): Sandbox {
  const sandbox = createTelegramSandbox({ username: 'bellhop_bot', name: 'Bellhop', ...options });
  seedWorld(sandbox);
  return sandbox;
}

/** The demo: a support team with two agents and an admin, the same people in a forum, and a stranger. */
function seedWorld(sandbox: Sandbox): void {
  const { supportTeam, forum, topics, ana, ben, carla, dmitri } = SEED;
  sandbox.addPerson({ id: ana, first_name: 'Ana', last_name: 'Silva', username: 'ana_agent' });
  sandbox.addPerson({ id: ben, first_name: 'Ben', last_name: 'Okafor', username: 'ben_agent' });
  sandbox.addPerson({ id: carla, first_name: 'Carla', last_name: 'Meyer', username: 'carla_admin' });
  sandbox.addPerson({ id: dmitri, first_name: 'Dmitri', last_name: 'Volkov' });

  const people = { owner: carla, members: [ana, ben] };
  sandbox.addChat({ id: supportTeam, type: 'supergroup', title: 'Support team', ...people });
  sandbox.addChat({
    id: forum,
    type: 'supergroup',
    title: 'Support desk',
    forum: true,
    botIsAdmin: true,
    topics: [
      { name: 'Urgent', threadId: topics.urgent },
      { name: 'Chats', threadId: topics.chats },
      { name: 'Tickets', threadId: topics.tickets },
    ],
    ...people,
  });
  for (const id of [ana, ben, carla, dmitri]) sandbox.addChat({ id, type: 'private', started: id !== dmitri });
}
