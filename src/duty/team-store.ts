import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import type { Role } from '../people/person.ts';

export type Teammate = Readonly<{
  id: number;
  telegramId: number;
  name: string;
  /** As Telegram shows them. */
  fullName: string;
  username: string | null;
  role: Role;
  isOnDuty: boolean;
  /** Their buttons work in a private chat too. */
  mayActInPrivate: boolean;
}>;

/** Which people are the team: the admins and leads, and who was seen in these chats. */
export type TeamScope = Readonly<{ adminIds: readonly number[]; chatIds: readonly number[] }>;

/** The people we know, by name. */
export async function findAll(db: Db, { adminIds, chatIds }: TeamScope, now: Date): Promise<Teammate[]> {
  const { rows } = await sql<Teammate>`
    select people.id, telegram_id, people_names.name, concat_ws(' ', first_name, last_name) as full_name,
      username,
      case when telegram_id = any(${adminIds}::bigint[]) then 'admin' else role end as role,
      exists (
        select from duty
        where duty.person_id = people.id and ended_at is null and (until is null or until > ${now})
      ) as is_on_duty,
      telegram_id = any(${adminIds}::bigint[]) or role <> 'agent' or invited_at is not null as may_act_in_private
    from people join people_names on people_names.id = people.id
    where telegram_id = any(${adminIds}::bigint[]) or removed_at is null and (
      role in ('lead', 'admin') or invited_at is not null or exists (
        select from members where members.telegram_id = people.telegram_id and chat_id = any(${chatIds}::bigint[])))
    order by people_names.name, people.id`.execute(db);
  return rows;
}
