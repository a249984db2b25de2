import type { ObjectName } from '../sql/action.js';
import { quoteIdentifier } from '../sql/quote.js';
import {
  changedRows,
  isShared,
  rowDifference,
  type Rows,
  schemaDifference,
  stillThere,
  withoutFired,
} from './differences.js';
import type { Engine } from './engine.js';
import { writeRows } from './fill.js';
import { type FillTable, tablesToFill } from './fill-catalog.js';
import type { Variety } from './fill-values.js';
import { rowCount, type Sight } from './look-at.js';
import type { BrokenQuery, OldCode, OldCodeResult } from './old-code.js';
import { agreement } from './predictions.js';
import { putBack } from './put-back.js';
import type { BackResult, FileResult, RehearsedFile, WayBackToRun } from './rehearse.js';
import type { FileRun } from './run-statements.js';
import type { RunStatement } from './runnable.js';
import type { Stage } from './stage.js';

/** One migration: up, back and up again. */
export class Turn {
  private readonly engine: Engine;

  constructor(
    private readonly stage: Stage,
    private readonly oldCode: OldCode,
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
      await stage.passedInPart(file, up);
      return {
        ...result,
        back: undefined,
        again: undefined,
        agreement: agreement(steps, up.statements),
        oldCode: undefined,
        ms: performance.now() - began,
      };
    }
    const oldCode = await this.queriesBehind();
    let broken = oldCode?.broken ?? [];
    const blamed = up.statements.flatMap(({ statement }) => (mayBreak(statement) ? [statement] : []));
    if (blamed.length === 1) broken = broken.map((each) => ({ ...each, by: blamed[0] }));
    const isAsked = broken.some(({ by }) => by === undefined);
    // Behind which of several statements a query fails, the second run shows.
    const ask = async (statement: RunStatement, isOpen: boolean): Promise<void> => {
      const found: BrokenQuery[] = [];
      for (const each of broken)
        found.push(each.by || !(await this.oldCode.fails(each, isOpen)) ? each : { ...each, by: statement });
      broken = found;
    };
    const afterEach = isAsked ? ask : undefined;
    const way = file.wayBack?.();
    let back: BackResult | undefined;
    let again: FileResult['again'];
    if (way) {
      const after = (await stage.look()).schema;
      const hasTriggers = [...before.schema, ...after].some((line) => /^(?:trigger|rule on) /.test(line));
      const { result: ran, rows: left } = await this.back(way, before, tables, {
        up,
        dropped: new Set([...droppedBetween(before.schema, after), ...madeAnew(up)]),
        hasTriggers,
      });
      back = ran;
      const isBack = !back.stopped && back.differences.length === 0;
      if (!isBack && !(left && (await putBack(this.engine, left)))) await this.restored();
      const second = await stage.run(file.statements, false, afterEach);
      // It ran on rows like these: what PostgreSQL refuses of them now is a matter of the rows.
      const isOfRows = mayBeOfRows(second.stopped?.code);
      if (isBack && !isOfRows) {
        again = {
          stopped: second.stopped,
          differences: second.stopped ? [] : schemaDifference(after, (await stage.look()).schema),
        };
      }
      if (isOfRows && !second.stopped?.partial) {
        await stage.empty();
        await stage.run(file.statements, false);
      }
      if (second.stopped?.partial) await this.restored();
    }
    if (!way && isAsked) {
      await this.restored();
      await stage.run(file.statements, false, afterEach);
    }
    await stage.passed(file);
    return {
      ...result,
      back,
      again,
      agreement: agreement(steps, up.statements),
      oldCode: oldCode && { ...oldCode, broken },
      ms: performance.now() - began,
    };
  }

  /** What became of the application's queries; behind one that ends the database the migration runs once more. */
  private queriesBehind(): Promise<OldCodeResult | undefined> {
    return this.oldCode.after(async () => {
      await this.restored();
      await this.stage.run(this.file.statements, false);
    });
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
    const { stage, oldCode } = this;
    await stage.sow();
    let refusedRows: string | undefined;
    const varieties: readonly (Variety | 'none')[] = ['edges', 'plain', 'none'];
    for (const variety of varieties) {
      if (variety !== 'edges') await stage.empty();
      const tables = variety === 'none' ? await tablesToFill(this.engine) : await stage.fill(variety);
      await oldCode.before(tables, () => this.restored());
      const before = await stage.look();
      const up = await stage.run(this.file.statements, true);
      const isOfRows = mayBeOfRows(up.stopped?.code) && stage.filled.tables.length > 0;
      if (!isOfRows || variety === 'none') {
        // What fails without any rows fails for another reason.
        return { up, before, tables, refusedRows: up.stopped ? undefined : refusedRows };
      }
      refusedRows ??= up.stopped?.message;
      if (up.stopped?.partial) await this.restored();
    }
    throw new Error('The last of the varieties has no rows to refuse.');
  }

  /**
   * Runs the way back behind an application that has written meanwhile; where it refuses those rows, without them. Out:
   * also the rows of the tables that differ, where nothing but rows does.
   */
  private async back(
    way: WayBackToRun,
    before: Sight,
    tables: readonly FillTable[],
    {
      up,
      dropped,
      hasTriggers,
    }: { readonly up: FileRun; readonly dropped: ReadonlySet<string>; readonly hasTriggers: boolean },
  ): Promise<{ readonly result: BackResult; readonly rows: Rows | undefined }> {
    const { engine, stage } = this;
    const quiet = hasTriggers ? await stage.look() : undefined;
    let written = await this.write(up, before, tables);
    stage.wrote();
    let stood = before.rows;
    let stoodSchema = before.schema;
    let fired: ReadonlySet<string> = new Set();
    let expected: Rows = before.rows;
    if (quiet) {
      const busy = await stage.look();
      written = stillThere(written, busy.rows);
      expected = withoutFired(before.rows, quiet.rows, busy.rows, written);
      // A trigger may make a table for a row.
      const lines = new Set(quiet.schema);
      fired = new Set(busy.schema.filter((line) => !lines.has(line)));
    }
    let run = await stage.run(way.statements, false);
    let refusedByWrites: string | undefined;
    // A rollback may look for such rows itself, and say so with a code of its own.
    if (run.stopped && !run.stopped.lost && written.size > 0) {
      const { message } = run.stopped;
      await this.restored();
      // Tables that were filled long ago have other rows now, and triggers may have made others for them.
      const now = await stage.look();
      stood = now.rows;
      stoodSchema = now.schema;
      fired = new Set();
      await stage.run(this.file.statements, false);
      written = new Map();
      expected = stood;
      run = await stage.run(way.statements, false);
      refusedByWrites = run.stopped ? undefined : message;
    }
    const base = {
      by: way.by,
      isPartial: way.isPartial,
      refusedByWrites,
      left: run.left,
      rows: rowCount(before.rows),
      uncompared: before.uncompared,
    };
    if (run.stopped)
      return { result: { ...base, stopped: run.stopped, differences: [], losses: [], shared: [] }, rows: undefined };
    const after = await stage.look();
    const rows = rowDifference(expected, after.rows, written);
    // A role that was made for the rehearsal meanwhile is nobody's.
    const schema = schemaDifference(
      stoodSchema,
      after.schema.filter((line) => !fired.has(line)),
    ).filter(
      ({ object }) => ![...stage.roles].some((role) => object === `role ${role}` || object === `role "${role}"`),
    );
    // A way back brings back no value that the migration has thrown away: only what the others are is its doing.
    const kept = throwsAway(up)
      ? []
      : rowDifference(without(expected, dropped), without(after.rows, dropped), without(written, dropped));
    const differences = [...schema.filter((each) => !isShared(each)), ...kept];
    const losses = kept.length === 0 ? rows : [];
    const changed = schema.length > 0 || before.uncompared.length > 0 ? undefined : changedRows(stood, after.rows);
    // What was written meanwhile does not stay for the next migration.
    stage.wrote();
    if (differences.length === 0 && written.size > 0 && !(changed && (await putBack(engine, changed)))) {
      const isOurs = [...written.keys()].every((name) => stage.filled.tables.includes(name));
      await (isOurs ? stage.refill([...written.keys()], tables) : this.restored());
    }
    return {
      result: { ...base, stopped: undefined, differences, losses, shared: schema.filter(isShared) },
      rows: changed,
    };
  }

  /** Writes into the tables that the migration touches, as old code does and as new code does. */
  private async write(
    up: FileRun,
    before: Sight,
    tables: readonly FillTable[],
  ): Promise<Map<string, readonly string[]>> {
    const { engine } = this;
    const touched = new Set(
      up.statements.flatMap(({ observed }) => (observed?.locks ?? []).map(({ relation }) => relation.name)),
    );
    const known =
      rowCount(before.rows) === 0
        ? []
        : tables.filter(
            ({ name }) => touched.has(name.replace(/^.*\./, '').replace(/^"|"$/g, '')) && before.rows.has(name),
          );
    const written = await writeRows(engine, known, 40);
    const names = known.map(({ name }) => name);
    const present = names.length === 0 ? [] : (await this.stage.tables()).filter(({ name }) => names.includes(name));
    for (const [name, rows] of await writeRows(engine, present, 41))
      written.set(name, [...(written.get(name) ?? []), ...rows]);
    return written;
  }
}

/** Codes with which PostgreSQL, or a migration that looks at rows itself, refuses rows that were made here. */
function mayBeOfRows(code: string | undefined): boolean {
  return /^(?:2[123]...|P000[1-4])$/.test(code ?? '');
}

/** Settings and the limits of transactions break no query. */
function mayBreak({ parsed, left }: RunStatement): boolean {
  const quiet = new Set(['setVariable', 'transaction', 'comment']);
  return left === undefined && (parsed.actions.length === 0 || parsed.actions.some(({ kind }) => !quiet.has(kind)));
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
function droppedBetween(before: readonly string[], after: readonly string[]): string[] {
  const objects = (lines: readonly string[]): Set<string> =>
    new Set(
      lines.flatMap((line) => {
        const [, table, column] = /^column (.+?)\.((?:"(?:[^"]|"")*")|[^."\s]+) /.exec(line) ?? [];
        return table === undefined ? [] : [table, `${table} ${column?.replace(/^"|"$/g, '').replaceAll('""', '"')}`];
      }),
    );
  const left = objects(after);
  return [...objects(before)].filter((each) => !left.has(each));
}

/** Columns and tables that a migration drops and then makes anew under the same name, with nothing of what stood in them. */
function madeAnew({ statements }: FileRun): string[] {
  const [gone, found] = [new Set<string>(), new Set<string>()];
  const tableOf = ({ schema, name }: ObjectName): string =>
    `${quoteIdentifier(schema ?? 'public')}.${quoteIdentifier(name)}`;
  for (const action of statements.flatMap(({ statement }) => statement.parsed.actions)) {
    if (action.kind === 'dropTable') gone.add(tableOf(action.table));
    if (action.kind === 'dropColumn') gone.add(`${tableOf(action.table)} ${action.column}`);
    if (action.kind === 'createTable' && gone.has(tableOf(action.table))) found.add(tableOf(action.table));
    const column = action.kind === 'addColumn' ? `${tableOf(action.table)} ${action.column.name}` : '';
    if (gone.has(column)) found.add(column);
  }
  return [...found];
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
