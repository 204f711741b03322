import type { Sandbox } from './control.ts';

/** The ids of the demo world, the same on every start. */
export const DEMO = {
  supportTeam: -1_002_000_000_100,
  forum: -1_002_000_000_200,
  topics: { urgent: 2, chats: 4, tickets: 6 },
  ana: 500_000_101,
  ben: 500_000_102,
  carla: 500_000_103,
  dmitri: 500_000_104,
} as const;

/** Adds a group with an owner and two members, a forum with the same people, and somebody in no group. */
export function addDemoWorld(sandbox: Sandbox): typeof DEMO {
  const { supportTeam, forum, topics, ana, ben, carla, dmitri } = DEMO;
  sandbox.addPerson({ id: ana, first_name: 'Ana', last_name: 'Silva', username: 'ana_agent' });
  sandbox.addPerson({ id: ben, first_name: 'Ben', last_name: 'Okafor', username: 'ben_lead' });
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
  return DEMO;
}
