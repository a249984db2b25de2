import { changesRoles } from '../sql/ways-out.js';
import { type Engine, EngineLost, type Kept, SqlError } from './engine.js';
import { type Filled, fillTables } from './fill.js';
import { type FillTable, type ReadTables, tablesOf, withRows } from './fill-catalog.js';
import type { Sight } from './look-at.js';
import type { Variety } from './fill-values.js';
import { type FileRun, runStatements, type Stopped } from './run-statements.js';
import type { RunStatement } from './runnable.js';
import type { Seed } from './seed.js';
import { type KeptStates, stateKey } from './states.js';
import { Watch } from './watch.js';

/** A file of the history, as it is replayed. */
export interface HistoryFile {
  readonly path: string;
  /** As people know it. */
  readonly name: string;
  readonly statements: readonly RunStatement[];
}

/** What could not be replayed. */
export interface Unreplayed {
  readonly file: HistoryFile;
  readonly stopped: Stopped;
}

/** The rows that were made here. */
type Ours = Omit<Filled, 'present'>;

const noRows: Ours = { tables: [], rows: 0, missing: [], tried: false };

/** After so many files their state is kept. */
const keepEvery = 100;

/** Behind so many files, replayed to bring the database back, their state is kept, too. */
const replayedAtMost = 15;

/** A database with the history, which can be brought back whenever something has gone wrong on it. */
export class Stage {
  /** Files whose statements PostgreSQL refused; what it took of them stands. */
  readonly unreplayed: Unreplayed[] = [];
  /** Roles that files name and none makes; they were made for the rehearsal. */
  readonly roles = new Set<string>();
  private done: HistoryFile[] = [];
  /** The last place of which the state is kept: the number of files before it. */
  private keptAt = 0;
  private readonly watch: Watch;
  /** What was seen last, until something else runs. */
  private seen: Sight | undefined;
  /** Nothing but rows was written since. */
  private hasOnlyRows = false;
  private read: ReadTables | undefined;
  private isOpen = false;
  private isBroken = false;
  /** False where the engine is lost over a copy. */
  private copies = true;
  private ours: Ours = noRows;
  private variety: Variety | 'none' = 'none';

  constructor(
    readonly engine: Engine,
    private readonly states: KeptStates,
    private readonly extensions: readonly string[],
    private readonly limitMs: number,
    private readonly seed?: Seed,
  ) {
    this.watch = new Watch(engine);
  }

  /** Whether something before this place could not be run, or nothing was. */
  get hasGap(): boolean {
    return this.isBroken || this.unreplayed.length > 0 || this.done.length === 0;
  }

  gap(): void {
    this.isBroken = true;
  }

  get filled(): Ours {
    return this.ours;
  }

  /** The state behind the history with which this began, where it is kept. */
  base: Kept | undefined;

  /** Replays the files from nothing, or from the longest prefix of them that is kept. */
  async begin(files: readonly HistoryFile[], onFile: (index: number) => void): Promise<void> {
    let from = 0;
    for (let count = files.length; count > 0 && from === 0; count--) {
      const kept = this.states.get(this.key(files.slice(0, count)));
      if (!kept) continue;
      if (await this.opened(kept)) from = count;
      else this.states.delete(this.key(files.slice(0, count)));
    }
    if (!this.isOpen) await this.openEmpty();
    this.done = files.slice(0, from);
    this.keptAt = from;
    for (const [index, file] of files.entries()) {
      if (index < from) continue;
      onFile(index);
      await this.replay(file);
    }
    if (files.length > from) await this.keep();
    this.base = this.states.get(this.key(files));
  }

  /** A file that was run here by others belongs to the history from now on. */
  async passed(file: HistoryFile): Promise<void> {
    this.done.push(file);
    if (this.done.length - this.keptAt >= keepEvery) {
      await this.empty();
      await this.keep();
    }
  }

  /** A file that PostgreSQL refuses: what it takes of it stands for those behind, which may not need the rest. */
  async passedInPart(file: HistoryFile, run: FileRun): Promise<void> {
    if (run.stopped?.lost) return;
    await this.empty();
    await this.replayLeniently(file, undefined);
    this.done.push(file);
  }

  /** Replays a file: what PostgreSQL refuses of it is left out, and said. */
  async replay(file: HistoryFile): Promise<void> {
    const run = await this.run(file.statements, false);
    this.done.push(file);
    if (!run.stopped) return;
    this.unreplayed.push({ file, stopped: run.stopped });
    if (run.stopped.lost) await this.restore();
    else await this.replayLeniently(file, stayed(run));
  }

  /** Schema and rows as they are now. */
  async look(): Promise<Sight> {
    this.seen ??= await this.watch.sight(this.hasOnlyRows);
    this.hasOnlyRows = true;
    return this.seen;
  }

  /** Rows were written. */
  wrote(): void {
    this.seen = undefined;
  }

  /** Anything may have changed. */
  private changed(): void {
    this.seen = undefined;
    this.hasOnlyRows = false;
  }

  /** Runs what of the seed file can run by now. */
  async sow(): Promise<void> {
    const { seed } = this;
    if (!seed || seed.isDone) return;
    if (this.ours.tables.length > 0) await this.empty();
    this.changed();
    let again = true;
    while (again) {
      const { ran, lost } = await seed.run(this.engine, this.limitMs);
      const statements = this.engine.ownsRoles ? ran : ran.map(withoutRoles);
      if (ran.length > 0) this.done.push({ path: seed.file.path, name: seed.file.name, statements });
      if (lost) await this.restore();
      again = lost;
    }
  }

  /** Runs statements; a role that is missing is made where nobody else's stand. */
  async run(
    given: readonly RunStatement[],
    observe: boolean,
    afterEach?: (statement: RunStatement, isOpen: boolean) => Promise<void>,
  ): Promise<FileRun> {
    const statements = this.engine.ownsRoles ? given : given.map(withoutRoles);
    this.changed();
    // Where nothing is counted, everything is looked at.
    if (given.some(({ parsed }) => /track_counts|pg_stat_reset/i.test(parsed.text))) this.watch.forget();
    for (let attempt = 0; ; attempt++) {
      const run = await runStatements(this.engine, statements, { observe, limitMs: this.limitMs, afterEach });
      const role = /^role "(.+)" does not exist$/.exec(run.stopped?.message ?? '')?.[1];
      if (role === undefined || attempt > 20 || !this.engine.ownsRoles || run.stopped?.partial || this.roles.has(role))
        return run;
      this.roles.add(role);
      await this.engine.run(`CREATE ROLE "${role.replaceAll('"', '""')}"`);
    }
  }

  /** Fills the tables that are empty. Out: all tables. */
  async fill(variety: Variety, known?: readonly FillTable[]): Promise<readonly FillTable[]> {
    this.variety = variety;
    const filled = await fillTables(this.engine, variety, known ?? (await this.tables()));
    if (filled.tried) this.wrote();
    this.ours = {
      tables: [...new Set([...this.ours.tables, ...filled.tables])],
      rows: this.ours.rows + filled.rows,
      missing: filled.missing,
      tried: filled.tried,
    };
    return filled.present;
  }

  /** The tables as they are now: only what has changed since the last time is looked up. */
  async tables(): Promise<readonly FillTable[]> {
    const sight = await this.look();
    const tables = await tablesOf(this.engine, sight.schema, this.read);
    this.read = { schema: sight.schema, tables };
    return withRows(this.engine, tables, sight.rows);
  }

  /** Makes the rows of some of its tables anew: what applications wrote meanwhile is gone. In: all tables as they are. */
  async refill(tables: readonly string[], all: readonly FillTable[]): Promise<void> {
    const emptied = this.seed ? this.ours.tables : tables;
    await this.truncate(emptied);
    if (this.variety === 'none') return;
    // With a seed, more than these may be empty now.
    const known = this.seed ? undefined : all.map((each) => ({ ...each, rows: 1 }));
    const goes = withReferring(emptied, all);
    await this.fill(
      this.variety,
      known?.map((each) => (goes.has(each.name) ? { ...each, rows: 0 } : each)),
    );
  }

  /** Takes the rows away that were made here. */
  async empty(): Promise<void> {
    const { tables } = this.ours;
    this.ours = noRows;
    this.variety = 'none';
    await this.truncate(tables);
  }

  private async truncate(tables: readonly string[]): Promise<void> {
    if (tables.length === 0) return;
    this.wrote();
    const list = tables.map((each) => `'${each.replaceAll("'", "''")}'`).join(', ');
    const [found] = await this.engine.run(
      `SELECT string_agg(t, ', ') AS names FROM unnest(ARRAY[${list}]) AS t WHERE to_regclass(t) IS NOT NULL`,
    );
    const names = found?.rows[0]?.names;
    if (typeof names !== 'string') return;
    if (!this.seed) {
      await this.engine.run(`TRUNCATE ${names} CASCADE`);
      return;
    }
    try {
      // Rows of the seed that refer to these stay.
      await this.engine.run(`TRUNCATE ${names}`);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      await this.restore();
    }
  }

  /** Brings the database back to what it was before anything that has not `passed`, with rows. */
  async restore(): Promise<void> {
    this.changed();
    const { variety, done } = this;
    const kept = this.keptAt === 0 ? undefined : this.states.get(this.key(done.slice(0, this.keptAt)));
    this.ours = noRows;
    if (kept === undefined || !(await this.opened(kept))) {
      this.keptAt = 0;
      await this.openEmpty();
    }
    for (const role of this.roles)
      await this.engine.run(`CREATE ROLE "${role.replaceAll('"', '""')}"`).catch((error: unknown) => {
        if (!(error instanceof SqlError)) throw error;
      });
    for (const file of done.slice(this.keptAt)) {
      const run = await this.run(file.statements, false);
      if (run.stopped && !run.stopped.lost) await this.replayLeniently(file, stayed(run));
    }
    // What has been replayed once need not be replayed for the next file.
    if (this.copies && done.length - this.keptAt >= replayedAtMost) await this.keep();
    if (variety !== 'none') await this.fill(variety);
  }

  private async openEmpty(): Promise<void> {
    const key = stateKey(this.engine.name, this.extensions, []);
    const kept = this.states.get(key);
    if (kept && (await this.opened(kept))) return;
    if (kept) this.states.delete(key);
    await this.open();
    const empty = await this.copy();
    if (empty) this.states.set(key, empty);
    else if (empty === undefined) await this.open();
  }

  private async open(state?: Kept): Promise<void> {
    this.changed();
    this.watch.forget();
    await this.engine.open(state);
    this.isOpen = true;
  }

  /** Opens a state; false where it cannot be read, and is as good as none. */
  private async opened(kept: Kept): Promise<boolean> {
    try {
      await this.open(kept);
      return true;
    } catch (error) {
      if (error instanceof EngineLost && error.because === 'cancelled') throw error;
      return false;
    }
  }

  /** A copy of the database; null where the engine makes none, undefined where it was lost over it. */
  private async copy(): Promise<Kept | null | undefined> {
    try {
      return (await this.engine.keep()) ?? null;
    } catch (error) {
      if (!(error instanceof EngineLost) || error.because === 'cancelled') throw error;
      return undefined;
    }
  }

  private async keep(): Promise<void> {
    const kept = await this.copy();
    // What cannot be copied, as where there is no memory for it, is replayed.
    if (kept === undefined) {
      this.copies = false;
      await this.restore();
    }
    if (!kept) return;
    this.states.set(this.key(this.done), kept);
    this.keptAt = this.done.length;
  }

  private key(files: readonly HistoryFile[]): string {
    return stateKey(
      this.engine.name,
      this.extensions,
      files.map(({ statements }) => statements),
    );
  }

  /** The statements one by one, each that PostgreSQL takes. */
  private async replayLeniently(file: HistoryFile, ran: number | undefined): Promise<void> {
    for (const statement of file.statements.slice(ran ?? 0)) {
      if (statement.left !== undefined || statement.parsed.actions.some(({ kind }) => kind === 'transaction')) continue;
      const alone = { ...statement, within: undefined };
      const run = await this.run([alone], false);
      if (run.stopped?.lost) return;
    }
  }
}

/** How many statements of a run are there to stay or were refused; undefined where all of it is gone. */
function stayed({ statements, stopped }: FileRun): number | undefined {
  return stopped?.partial ? statements.length + 1 : undefined;
}

/** Tables with those that refer to them, and so on: what TRUNCATE … CASCADE empties. */
function withReferring(tables: readonly string[], all: readonly FillTable[]): Set<string> {
  const found = new Set(tables);
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const { name, foreignKeys } of all)
      if (foreignKeys.some(({ parent, isConstraint }) => isConstraint && found.has(parent))) found.add(name);
  }
  return found;
}

/** On a server that others use, roles stay as they are. */
function withoutRoles(statement: RunStatement): RunStatement {
  const isLeft = statement.left !== undefined || !changesRoles(statement.parsed);
  return isLeft ? statement : { ...statement, left: 'roles belong to the whole server' };
}
