import { InputFile } from 'grammy';
import { csvHead, csvRows } from '../../exports/csv.ts';
import * as exportStore from '../../exports/export-store.ts';
import { inTemporaryDirectory, writeParts, writeZips } from '../../exports/files.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import type { Person } from '../../people/person.ts';
import { can } from '../../people/rights.ts';
import { laneOf } from '../../routes/lane.ts';
import { parsePeriod, type Period, periodWords } from '../../stats/period.ts';
import { transcriptFileName } from '../../transcripts/file-name.ts';
import * as transcriptStore from '../../transcripts/transcript-store.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { captionOptions } from '../message-options.ts';
import { oneOf, parseWords } from '../parse-words.ts';
import { reply } from '../reply.ts';
import { classify } from '../telegram-error.ts';
import { transcriptPage } from '../views/transcript-page.ts';

type Wanted = Readonly<{ person: Person; period: Period; words: string; kind: 'incidences' | 'transcripts' }>;

/** `/export [period] [transcripts]`: what was opened then, as documents in private. One at a time for each person. */
export function createExport(deps: BotDeps) {
  const running = new Set<number>();
  const { texts, zone } = deps.locale;

  return async (ctx: BotContext, words: readonly string[], person: Person): Promise<unknown> => {
    if (!can(person.role, 'export')) return reply(ctx, deps, texts.exports.leadsOnly);
    const { read, others } = parseWords(words, {
      periods: (word) => parsePeriod(word.toLowerCase(), zone, deps.now()),
      kinds: oneOf<'transcripts'>(['transcripts']),
    });
    const [period = parsePeriod('30d', zone, deps.now()), secondPeriod] = read.periods;
    const unknown = others[0] ?? (secondPeriod ? words.at(-1) : undefined);
    if (!period || unknown !== undefined) {
      const periods = [...periodWords, '2026-01-01..2026-01-31'].join(', ');
      return reply(ctx, deps, texts.exports.notUnderstood(unknown ?? '', periods));
    }
    if (running.has(person.id)) return reply(ctx, deps, texts.exports.running);
    running.add(person.id);
    try {
      const dates = words.find((word) => word !== read.kinds[0]) ?? '30d';
      return await send(ctx, deps, { person, period, words: dates, kind: read.kinds[0] ?? 'incidences' });
    } finally {
      running.delete(person.id);
    }
  };
}

async function send(ctx: BotContext, deps: BotDeps, wanted: Wanted): Promise<unknown> {
  const { texts } = deps.locale;
  const { person, period, kind } = wanted;
  return inTemporaryDirectory(async (directory) => {
    const { paths, count } = await files[kind](directory, deps, period);
    if (count === 0) return reply(ctx, deps, texts.exports.nothing(kind, period.name));
    const { from, to } = period;
    await exportStore.record(deps.db, { personId: person.id, kind, from, to, count }, deps.now());
    deps.log.info({ person: person.id, kind, from, to, count }, 'export.taken');
    const counted = texts.exports.counted[kind](count);
    for (const [index, path] of paths.entries()) {
      const part = paths.length === 1 ? '' : texts.exports.part(index + 1, paths.length);
      const caption = texts.exports.caption(counted, period.name, part);
      const name = fileName(wanted, paths.length === 1 ? undefined : index + 1);
      if (!(await sendInPrivate(ctx, deps, person, { path, name, caption })))
        return reply(ctx, deps, texts.exports.startFirst(ctx.me.username));
    }
    return ctx.chat?.id === person.telegramId ? undefined : reply(ctx, deps, texts.exports.sent(counted));
  });
}

function fileName({ kind, words }: Wanted, part: number | undefined): string {
  const suffix = part === undefined ? '' : `-${part}`;
  return `bellhop-${kind}-${words.toLowerCase()}${suffix}.${kind === 'incidences' ? 'csv' : 'zip'}`;
}

/** False where Telegram does not let us write to the person, who must begin. */
async function sendInPrivate(
  ctx: BotContext,
  deps: BotDeps,
  { telegramId }: Person,
  document: Readonly<{ path: string; name: string; caption: Parameters<typeof captionOptions>[0] }>,
): Promise<boolean> {
  try {
    await deps.dispatcher.interact(laneOf(telegramId), () =>
      ctx.api.sendDocument(telegramId, new InputFile(document.path, document.name), {
        ...captionOptions(document.caption),
        disable_content_type_detection: true,
      }),
    );
    return true;
  } catch (error) {
    if (classify(error).outcome === 'lane-lost') return false;
    throw error;
  }
}

type Files = Readonly<{ paths: string[]; count: number }>;

const files = { incidences: writeIncidences, transcripts: writeTranscripts } as const;

async function writeIncidences(directory: string, { db, locale }: BotDeps, period: Period): Promise<Files> {
  let count = 0;
  async function* chunks() {
    for await (const rows of exportStore.readOpened(db, period, locale.zone)) {
      count += rows.length;
      yield csvRows(rows);
    }
  }
  const paths = await writeParts(directory, { head: csvHead(exportStore.exportedColumns), chunks: chunks() });
  return { paths, count };
}

async function writeTranscripts(directory: string, { db, locale }: BotDeps, period: Period): Promise<Files> {
  let count = 0;
  async function* entries() {
    for await (const id of exportStore.readIdsWithTranscript(db, period)) {
      const incidence = await incidenceViewStore.findById(db, id);
      if (!incidence) continue;
      count += 1;
      const page = transcriptPage(incidence, await transcriptStore.findAllMessages(db, id), locale);
      yield { name: transcriptFileName(id, incidence.customerName, 'html'), content: Buffer.from(page) };
    }
  }
  return { paths: await writeZips(directory, entries()), count };
}
