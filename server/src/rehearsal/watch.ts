import { kindsOfObjects, type KindOfObject, objectsQuery } from './catalog-snapshot.js';
import { type Engine, SqlError } from './engine.js';
import { columnsOwn, maxRows, rowsQuery, type Sight } from './look-at.js';
import { ownStatements } from './leave-session.js';
import { type Marks, marksQuery, type Reached, reachedQuery, type TableStamp } from './stamps.js';

const queries = {
  marks: { types: 'xid', sql: marksQuery },
  reached: { types: 'xid', sql: reachedQuery },
  objects: {
    types: kindsOfObjects.map(() => 'oid[]').join(', '),
    sql: `SELECT json_agg(json_build_array(kind, oid, line))::text AS found FROM (${objectsQuery}) AS each_line WHERE line IS NOT NULL`,
  },
} as const;

const xid = (next: string | undefined): string => (next === undefined ? 'NULL' : `'${next}'`);

/** What a database was at the last look. */
interface Known {
  readonly next: string;
  readonly relations: number;
  readonly wide: string;
  readonly objects: ReadonlyMap<KindOfObject, ReadonlyMap<number, readonly string[]>>;
  readonly rest: readonly string[];
}

/**
 * Schema and rows of a database that is looked at again and again: only what has changed since the last look is looked up.
 * PostgreSQL knows it: each row of a catalog carries the number of the transaction that wrote it, dependencies lead to the
 * objects that name it, and rows of tables are counted when they are written. What it gives is what a look at everything
 * gives. Everything has to be looked at anew when another state of the database is opened: `forget`.
 */
export class Watch {
  private known: Known | undefined;
  private lines: readonly string[] | undefined;
  private tables: readonly TableStamp[] = [];
  private readonly rowsOf = new Map<string, { readonly stamp: string; readonly rows: readonly string[] }>();

  constructor(private readonly engine: Engine) {}

  forget(): void {
    this.known = undefined;
    this.lines = undefined;
    this.rowsOf.clear();
  }

  /** Schema and rows as they are now. In: whether only rows were written since the last look. */
  async sight(onlyRows = false): Promise<Sight> {
    const { known } = this;
    const marks = JSON.parse(await this.ask('marks', [xid(known?.next)])) as Marks;
    this.tables = marks.tables ?? [];
    // A trigger may make a table for the rows.
    const isSame = onlyRows && !marks.isNew && known?.relations === marks.relations;
    if (known?.next !== marks.next && !isSame) await this.readAnew(marks);
    // Before 15, another process counts writes, some time later.
    if (!marks.isCounted || this.engine.postgres < 15) this.rowsOf.clear();
    const { rows, uncompared } = await this.rowsNow();
    return { schema: this.sorted(), rows, uncompared };
  }

  private sorted(): readonly string[] {
    const { objects, rest } = this.known ?? { objects: new Map(), rest: [] };
    this.lines ??= [...[...objects.values()].flatMap((each) => [...each.values()].flat()), ...rest].sort();
    return this.lines;
  }

  private async readAnew({ next, relations }: Marks): Promise<void> {
    const reached = JSON.parse(await this.ask('reached', [xid(this.known?.next)])) as Reached;
    // Only the objects that are reached can have changed.
    const known = this.known?.wide === reached.wide ? this.known : undefined;
    const rest = reached.rest ?? [];
    const changed = known && new Set(reached.changed);
    const present = (kind: KindOfObject): readonly number[] => reached.present[kind] ?? [];
    const wanted = new Map(
      kindsOfObjects.map((kind) => [kind, present(kind).filter((oid) => changed?.has(oid) ?? true)]),
    );
    const found = await this.linesOf(wanted);
    const objects = new Map<KindOfObject, ReadonlyMap<number, readonly string[]>>();
    let isSame = known !== undefined && sameLines(known.rest, rest);
    for (const kind of kindsOfObjects) {
      const was = known?.objects.get(kind);
      const is = new Set(present(kind));
      const now = new Map([...(was ?? [])].filter(([oid]) => is.has(oid) && changed?.has(oid) !== true));
      for (const [oid, lines] of found.get(kind) ?? []) now.set(oid, lines);
      isSame &&= now.size === was?.size && [...now].every(([oid, lines]) => sameLines(was.get(oid) ?? [], lines));
      objects.set(kind, now);
    }
    if (!isSame) this.lines = undefined;
    this.known = { next, relations, wide: reached.wide, objects, rest };
    // A cast decides how a value is written in JSON.
    if (!known || rest.some((line) => /^cast \S+ to jsonb? /.test(line))) this.rowsOf.clear();
    for (const [name, oid] of this.tables) if (changed?.has(oid)) this.rowsOf.delete(name);
  }

  private async linesOf(
    wanted: ReadonlyMap<KindOfObject, readonly number[]>,
  ): Promise<Map<KindOfObject, Map<number, string[]>>> {
    const found = new Map<KindOfObject, Map<number, string[]>>();
    if ([...wanted.values()].every((oids) => oids.length === 0)) return found;
    const text = await this.ask(
      'objects',
      kindsOfObjects.map((kind) => `'{${(wanted.get(kind) ?? []).join()}}'`),
    );
    for (const [kind, oid, line] of JSON.parse(text || '[]') as [KindOfObject, number, string][]) {
      if (columnsOwn.test(line)) continue;
      const lines = found.get(kind) ?? new Map<number, string[]>();
      found.set(kind, lines.set(oid, [...(lines.get(oid) ?? []), line]));
    }
    return found;
  }

  /**
   * Runs a query that the session keeps: planning it takes longer than running it. Definitions name every object with its
   * schema when the search path is empty.
   */
  private async ask(name: keyof typeof queries, values: readonly string[]): Promise<string> {
    const kept = `${ownStatements}${name}`;
    const call = `SET search_path = ''; SET plan_cache_mode = force_generic_plan; EXECUTE ${kept} (${values.join(', ')}); RESET plan_cache_mode; RESET search_path`;
    const run = async (): Promise<string> => String((await this.engine.run(call))[2]?.rows[0]?.found ?? '');
    try {
      return await run();
    } catch (error) {
      // 26000: it is not there, or the migration has taken all of them away.
      if (!(error instanceof SqlError) || error.code !== '26000') throw error;
      const { types, sql } = queries[name];
      await this.engine.run(`SET search_path = ''; PREPARE ${kept} (${types}) AS ${sql}; RESET search_path`);
      return run();
    }
  }

  private async rowsNow(): Promise<Pick<Sight, 'rows' | 'uncompared'>> {
    const stale = this.tables.filter(([name, , stamp]) => this.rowsOf.get(name)?.stamp !== stamp);
    if (stale.length > 0) {
      const [found] = await this.engine.run(rowsQuery(stale.map(([name]) => name)));
      const stampOf = new Map(stale.map(([name, , stamp]) => [name, stamp]));
      for (const { name, rows } of found?.rows ?? [])
        this.rowsOf.set(String(name), {
          stamp: stampOf.get(String(name)) ?? '',
          rows: JSON.parse(String(rows)) as string[],
        });
    }
    const rows = new Map<string, readonly string[]>();
    const uncompared: string[] = [];
    for (const [name] of this.tables) {
      const list = this.rowsOf.get(name)?.rows ?? [];
      if (list.length <= maxRows) rows.set(name, list);
      else uncompared.push(name);
    }
    return { rows, uncompared };
  }
}

function sameLines(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index]);
}
