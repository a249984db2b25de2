import type { Step } from '../analysis/finding.js';
import { type Difference, isShared, rowDifference, type Rows, schemaDifference } from './differences.js';
import { type Engine, EngineLost } from './engine.js';
import { writeRows } from './fill.js';
import { type FillTable, tablesToFill } from './fill-catalog.js';
import type { Variety } from './fill-values.js';
import { rowCount, schemaOf, type Sight, sightOf } from './look-at.js';
import { type Agreement, agreement } from './predictions.js';
import type { FileRun, Stopped } from './run-statements.js';
import type { RunStatement } from './runnable.js';
import { type HistoryFile, Stage, type Unreplayed } from './stage.js';
import { KeptStates } from './states.js';

/** What takes a migration back. */
export interface WayBackToRun {
  /** Whether the author wrote it, or Airlock. */
  readonly by: 'author' | 'airlock';
  /** It says itself that a step cannot be taken back. */
  readonly isPartial: boolean;
  readonly statements: readonly RunStatement[];
}

/** A migration of the history; with what is needed to rehearse it, where it is rehearsed. */
export interface RehearsedFile extends HistoryFile {
  readonly rehearse: boolean;
  /** Asked for when it is its turn. */
  wayBack?(): WayBackToRun | undefined;
  steps?(): readonly Step[];
}

/** What became of the way back. */
export interface BackResult {
  readonly by: WayBackToRun['by'];
  readonly stopped: Stopped | undefined;
  /** What is not as it was before the migration. */
  readonly differences: readonly Difference[];
  /** Rows that are not as they were because the migration itself threw away what stood in them. */
  readonly losses: readonly Difference[];
  /** Extensions and roles that stay, which others may use. */
  readonly shared: readonly Difference[];
  /** It says itself that a step cannot be taken back. */
  readonly isPartial: boolean;
  /** Rows that were compared. */
  readonly rows: number;
  /** Why it is refused where an application has written in between; undefined where it is not. */
  readonly refusedByWrites: string | undefined;
  /** Statements that were not sent. */
  readonly left: readonly RunStatement[];
}

export interface FileResult {
  readonly path: string;
  readonly name: string;
  readonly up: FileRun;
  /** Something that runs before it could not be run, or nothing does: what it misses may stand there. */
  readonly isBehindGap: boolean;
  /** Rows that stood in the tables. */
  readonly rows: number;
  /** Why the rows at the edge were left out: PostgreSQL's refusal, which a real row might meet, too. */
  readonly refusedRows: string | undefined;
  /** Undefined where it was not run: the migration failed, or there is none. */
  readonly back: BackResult | undefined;
  /** The migration once more behind its way back. */
  readonly again: { readonly stopped: Stopped | undefined; readonly differences: readonly Difference[] } | undefined;
  readonly agreement: Agreement | undefined;
  readonly ms: number;
}

export interface Rehearsed {
  /** What proved it. */
  readonly engine: string;
  readonly files: readonly FileResult[];
  /** What of the history could not be replayed. */
  readonly unreplayed: readonly Unreplayed[];
  readonly roles: readonly string[];
  /** True when it was ended before its end. */
  readonly cancelled: boolean;
}

export interface RehearsalOptions {
  /** In their order: the history and what is rehearsed. */
  readonly files: readonly RehearsedFile[];
  readonly extensions: readonly string[];
  /** States behind histories, for the next time. */
  readonly states?: KeptStates;
  /** For one statement, in milliseconds. */
  readonly limitMs?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((name: string, index: number, total: number) => void) | undefined;
  readonly onResult?: ((result: FileResult) => void) | undefined;
}

/**
 * Runs migrations on an engine: up, back, and up again, on tables that hold rows, behind the history before them. Never
 * throws what PostgreSQL or an engine says; the engine is left open.
 */
export async function rehearse(engine: Engine, options: RehearsalOptions): Promise<Rehearsed> {
  const { files, states = new KeptStates(), limitMs = 30_000, signal, extensions } = options;
  const stage = new Stage(engine, states, extensions, limitMs);
  const results: FileResult[] = [];
  const progress = (index: number): void => options.onProgress?.(files[index]?.name ?? '', index, files.length);
  const first = files.findIndex((file) => file.rehearse);
  const history = first < 0 ? files : files.slice(0, first);
  const end = (): void => void engine.cancel();
  signal?.addEventListener('abort', end, { once: true });
  let cancelled = signal?.aborted === true;
  try {
    if (!cancelled) await stage.begin(history, progress);
    for (const [index, file] of files.entries()) {
      if (index < history.length) continue;
      if (signal?.aborted) throw new EngineLost('cancelled', '');
      progress(index);
      if (!file.rehearse) {
        await stage.replay(file);
        continue;
      }
      const result = await taken(stage, file);
      results.push(result);
      options.onResult?.(result);
    }
  } catch (error) {
    if (!(error instanceof EngineLost) || !signal?.aborted) throw error;
    cancelled = true;
  } finally {
    signal?.removeEventListener('abort', end);
  }
  return { engine: engine.name, files: results, unreplayed: stage.unreplayed, roles: [...stage.roles], cancelled };
}

/** Where the engine goes down beside the statements, that is what came out of the file, and the next one is taken. */
async function taken(stage: Stage, file: RehearsedFile): Promise<FileResult> {
  const began = performance.now();
  try {
    return await new Turn(stage, file).take();
  } catch (error) {
    if (!(error instanceof EngineLost) || error.because === 'cancelled') throw error;
    stage.gap();
    await stage.restore();
    const { message } = error;
    const stopped = { statement: undefined, code: undefined, message, detail: undefined, at: undefined };
    const up = { statements: [], stopped: { ...stopped, lost: true, partial: true }, left: [] };
    const none = {
      isBehindGap: true,
      rows: 0,
      refusedRows: undefined,
      back: undefined,
      again: undefined,
      agreement: undefined,
    };
    return { path: file.path, name: file.name, up, ...none, ms: performance.now() - began };
  }
}

/** One migration: up, back and up again. */
class Turn {
  private readonly engine: Engine;

  constructor(
    private readonly stage: Stage,
    private readonly file: RehearsedFile,
  ) {
    this.engine = stage.engine;
  }

  async take(): Promise<FileResult> {
    const began = performance.now();
    const { stage, file } = this;
    const { up, before, tables, refusedRows } = await this.upWithRows();
    const rows = rowCount(before.rows);
    const steps = file.steps?.() ?? [];
    const result = { path: file.path, name: file.name, up, isBehindGap: stage.hasGap, rows, refusedRows };
    if (up.stopped) {
      // What goes on behind it does so without it.
      stage.gap();
      if (up.stopped.partial) await this.restored();
      return {
        ...result,
        back: undefined,
        again: undefined,
        agreement: agreement(steps, up.statements),
        ms: performance.now() - began,
      };
    }
    const way = file.wayBack?.();
    let back: BackResult | undefined;
    let again: FileResult['again'];
    if (way) {
      const after = await schemaOf(this.engine);
      back = await this.back(way, before, tables, { up, dropped: droppedBetween(before.schema, after) });
      const isBack = !back.stopped && back.differences.length === 0;
      if (!isBack) await this.restored();
      const second = await stage.run(file.statements, false);
      // It ran on rows like these: what PostgreSQL refuses of them now is a matter of the rows.
      const isOfRows = /^2[23]/.test(second.stopped?.code ?? '');
      const schema = second.stopped || isBack ? undefined : await schemaOf(this.engine);
      const differences = schema ? schemaDifference(after, schema) : [];
      again = isBack && !isOfRows ? { stopped: second.stopped, differences } : undefined;
      if (isOfRows && !second.stopped?.partial) {
        await stage.empty();
        await stage.run(file.statements, false);
      }
      if (second.stopped?.partial) await this.restored();
    }
    await stage.passed(file);
    return { ...result, back, again, agreement: agreement(steps, up.statements), ms: performance.now() - began };
  }

  private async restored(): Promise<void> {
    await this.stage.restore();
  }

  /** Runs the migration with rows at the edge; where PostgreSQL refuses them, with plain ones; else without rows. */
  private async upWithRows(): Promise<{
    up: FileRun;
    before: Sight;
    tables: readonly FillTable[];
    refusedRows: string | undefined;
  }> {
    const { stage } = this;
    let refusedRows: string | undefined;
    const varieties: readonly (Variety | 'none')[] = ['edges', 'plain', 'none'];
    for (const variety of varieties) {
      if (variety !== 'edges') await stage.empty();
      if (variety !== 'none') await stage.fill(variety);
      const before = await sightOf(this.engine);
      const tables = await tablesToFill(this.engine);
      const up = await stage.run(this.file.statements, true);
      const isOfRows = /^2[23]/.test(up.stopped?.code ?? '') && stage.filled.tables.length > 0;
      if (!isOfRows || variety === 'none') {
        // What fails without any rows fails for another reason.
        return { up, before, tables, refusedRows: up.stopped ? undefined : refusedRows };
      }
      refusedRows ??= up.stopped?.message;
      if (up.stopped?.partial) await this.restored();
    }
    throw new Error('The last of the varieties has no rows to refuse.');
  }

  /** Runs the way back behind an application that has written meanwhile; where it refuses those rows, without them. */
  private async back(
    way: WayBackToRun,
    before: Sight,
    tables: readonly FillTable[],
    { up, dropped }: { readonly up: FileRun; readonly dropped: ReadonlySet<string> },
  ): Promise<BackResult> {
    const { engine, stage } = this;
    const touched = new Set(
      up.statements.flatMap(({ observed }) => (observed?.locks ?? []).map(({ relation }) => relation.name)),
    );
    const known =
      before.rows.size === 0 || rowCount(before.rows) === 0
        ? []
        : tables.filter(
            ({ name }) =>
              touched.has(name.replace(/^.*\./, '').replace(/^"|"$/g, '')) && name in Object.fromEntries(before.rows),
          );
    let written = await writeRows(engine, known, 40);
    const present = (await tablesToFill(engine)).filter(({ name }) => known.some((each) => each.name === name));
    for (const [name, rows] of await writeRows(engine, present, 41))
      written.set(name, [...(written.get(name) ?? []), ...rows]);
    let run = await stage.run(way.statements, false);
    let refusedByWrites: string | undefined;
    if (run.stopped && /^2[23]/.test(run.stopped.code ?? '') && written.size > 0) {
      refusedByWrites = run.stopped.message;
      await this.restored();
      await stage.run(this.file.statements, false);
      written = new Map();
      run = await stage.run(way.statements, false);
    }
    const base = { by: way.by, isPartial: way.isPartial, refusedByWrites, left: run.left, rows: rowCount(before.rows) };
    if (run.stopped) return { ...base, stopped: run.stopped, differences: [], losses: [], shared: [] };
    const after = await sightOf(engine);
    const rows = rowDifference(before.rows, after.rows, written);
    // A role that was made for the rehearsal meanwhile is nobody's.
    const schema = schemaDifference(before.schema, after.schema).filter(
      ({ object }) => ![...stage.roles].some((role) => object === `role ${role}` || object === `role "${role}"`),
    );
    // A way back brings back no value that the migration has thrown away: only what the others are is its doing.
    const kept = throwsAway(up)
      ? []
      : rowDifference(without(before.rows, dropped), without(after.rows, dropped), without(written, dropped));
    const differences = [...schema.filter((each) => !isShared(each)), ...kept];
    const losses = kept.length === 0 ? rows : [];
    // What was written meanwhile does not stay for the next migration.
    if (differences.length === 0 && written.size > 0) {
      const isOurs = [...written.keys()].every((name) => stage.filled.tables.includes(name));
      await (isOurs ? stage.refill([...written.keys()]) : this.restored());
    }
    return { ...base, stopped: undefined, differences, losses, shared: schema.filter(isShared) };
  }
}

/** Whether the migration changes rows that stand in tables: what they were, no way back knows but one that kept it. */
function throwsAway({ statements }: FileRun): boolean {
  const kinds = new Set(['update', 'delete', 'truncate', 'merge']);
  return statements.some(
    ({ statement: { parsed } }) =>
      parsed.dynamic.length > 0 ||
      [parsed, ...parsed.embedded.map((each) => each.parsed)].some(({ actions }) =>
        actions.some(({ kind }) => kinds.has(kind)),
      ),
  );
}

/** Columns and tables that were there and are not: "public.orders" and "public.orders note". */
function droppedBetween(before: readonly string[], after: readonly string[]): Set<string> {
  const objects = (lines: readonly string[]): Set<string> =>
    new Set(
      lines.flatMap((line) => {
        const [, table, column] = /^column (.+)\.((?:"(?:[^"]|"")*")|[^."\s]+) /.exec(line) ?? [];
        return table === undefined ? [] : [table, `${table} ${column?.replace(/^"|"$/g, '').replaceAll('""', '"')}`];
      }),
    );
  const left = objects(after);
  return new Set([...objects(before)].filter((each) => !left.has(each)));
}

/** Rows without the columns and tables of which the values are gone. */
function without(rows: Rows, dropped: ReadonlySet<string>): Rows {
  const found = new Map<string, readonly string[]>();
  for (const [table, list] of rows) {
    if (dropped.has(table)) continue;
    const columns = [...dropped].flatMap((each) =>
      each.startsWith(`${table} `) ? [each.slice(table.length + 1)] : [],
    );
    if (columns.length === 0) found.set(table, list);
    else
      found.set(
        table,
        list.map((row) => {
          const values = JSON.parse(row) as Record<string, unknown>;
          for (const column of columns) delete values[column];
          return JSON.stringify(values);
        }),
      );
  }
  return found;
}
