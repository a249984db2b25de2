import { type Engine, EngineLost, SqlError, textOf } from './engine.js';
import { type FillTable, tablesToFill } from './fill-catalog.js';
import { attempts, type ParameterType, typesQuery, valuesOf } from './query-values.js';
import type { OldQuery } from './queries.js';
import type { RunStatement } from './runnable.js';
import { sequencesNow } from './sequences.js';

/** A query that PostgreSQL refuses. */
export interface FailedQuery {
  readonly query: OldQuery;
  /** The SQLSTATE; undefined where it was not PostgreSQL that refused. */
  readonly code: string | undefined;
  readonly message: string;
}

/** How a query runs. */
interface Way {
  /** As SQL. */
  readonly values: readonly string[];
  /** Where its tables are looked for, where not in public alone. */
  readonly searchPath: string | undefined;
  /** Constraints that wait for the end of a transaction are checked behind it. */
  readonly isImmediate: boolean;
}

/** A query that ran before a migration and fails behind it. */
export interface BrokenQuery extends FailedQuery {
  /** Behind which statement of the migration it fails first; undefined where nobody knows. */
  readonly by: RunStatement | undefined;
  /** It is refused for values that were made for it: those of the application may be others. */
  readonly isOfValues: boolean;
  readonly way: Way;
}

/** What became of the queries behind one migration. */
export interface OldCodeResult {
  /** Those that ran before it. */
  readonly ran: number;
  readonly broken: readonly BrokenQuery[];
}

/** One query takes no longer, in ms. */
const longestMs = 5000;

/** So often queries that failed are tried again behind later migrations. */
const mostRetries = 3000;

/** What is not found may stand in another schema than public. */
const notFound: ReadonlySet<string> = new Set(['42P01', '42883', '42704', '3F000']);

/**
 * The queries of the application that runs beside a migration. Each is run in a transaction that is rolled back, so that
 * rows stay as they were, and sequences are set back.
 */
export class OldCode {
  /** Those that have not run before any migration so far. */
  readonly failedBefore = new Map<OldQuery, FailedQuery>();
  private readonly alive = new Map<OldQuery, Way>();
  private isKnown = false;
  private count = 0;
  private retries = 0;

  constructor(
    private readonly engine: Engine,
    private readonly queries: readonly OldQuery[],
    private readonly limitMs: number,
  ) {}

  /** Something else has changed the schema: what runs has to be seen anew. */
  forget(): void {
    this.isKnown = false;
  }

  /** Learns which queries run. In: the tables as they are, and what brings the database back where a query ends it. */
  async before(tables: readonly FillTable[], restore: () => Promise<void>): Promise<void> {
    const asked = this.isKnown ? this.mayRunNow() : this.queries;
    if (!this.isKnown) this.alive.clear();
    this.isKnown = true;
    if (asked.length === 0) return;
    const schemas = await textOf(
      this.engine,
      `SELECT string_agg(quote_ident(nspname), ', ' ORDER BY nspname <> 'public', nspname) FROM pg_namespace
       WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'`,
    );
    const sequences = await sequencesNow(this.engine);
    for (const query of asked) {
      try {
        const found = await this.firstRun(query, tables, schemas);
        if ('message' in found) this.failedBefore.set(query, found);
        else {
          this.failedBefore.delete(query);
          this.alive.set(query, found);
        }
      } catch (error) {
        if (!(error instanceof EngineLost) || error.because === 'cancelled') throw error;
        this.failedBefore.set(query, { query, code: undefined, message: error.message });
        await restore();
      }
    }
    await this.engine.run(sequences || 'SELECT 1');
  }

  /**
   * Runs those that ran before the migration once more; what fails is no longer asked. In: what brings the database to where
   * it is now when a query ends it.
   */
  async after(restore: () => Promise<void>): Promise<OldCodeResult | undefined> {
    if (this.queries.length === 0) return undefined;
    const ran = this.alive.size;
    const broken: BrokenQuery[] = [];
    let tables: readonly FillTable[] | undefined;
    const sequences = await sequencesNow(this.engine);
    for (const [query, way] of [...this.alive]) {
      let error: SqlError | undefined;
      try {
        error = await this.refusal(query, way);
      } catch (lost) {
        if (!(lost instanceof EngineLost) || lost.because === 'cancelled') throw lost;
        broken.push({ query, code: undefined, message: lost.message, by: undefined, isOfValues: false, way });
        await restore();
      }
      if (!error) continue;
      const isOfData = /^2[123]/.test(error.code);
      if (isOfData) {
        // Other values may be fine: what an application writes, nobody knows.
        tables ??= await tablesToFill(this.engine);
        const other = await this.withValues(query, way.searchPath, tables, way.isImmediate ? [true] : [false]);
        if (!('message' in other)) {
          this.alive.set(query, other);
          continue;
        }
      }
      const isOfValues = isOfData && way.values.length > 0 && !isLeftOut(error, query);
      broken.push({ query, code: error.code, message: error.message, by: undefined, isOfValues, way });
    }
    await this.engine.run(sequences || 'SELECT 1');
    for (const { query } of broken) this.alive.delete(query);
    return { ran, broken };
  }

  /** Whether a query that is broken fails here in the same way. In: whether a transaction is open, which stays as it is. */
  async fails({ query, way, code }: BrokenQuery, isOpen: boolean): Promise<boolean> {
    return code !== undefined && (await this.refusal(query, way, isOpen))?.code === code;
  }

  /** What an earlier migration of the release may have made possible. */
  private mayRunNow(): OldQuery[] {
    const found = [...this.failedBefore.values()].flatMap(({ query, code }) =>
      code === '42703' || notFound.has(code ?? '') ? [query] : [],
    );
    this.retries += found.length;
    return this.retries > mostRetries ? [] : found;
  }

  private async firstRun(query: OldQuery, tables: readonly FillTable[], schemas: string): Promise<Way | FailedQuery> {
    const found = await this.withValues(query, undefined, tables);
    if (!('message' in found) || !notFound.has(found.code ?? '') || schemas === '' || schemas === 'public')
      return found;
    const other = await this.withValues(query, schemas, tables);
    return 'message' in other ? found : other;
  }

  /** The first values with which a query runs; else why PostgreSQL refuses it. */
  private async withValues(
    query: OldQuery,
    searchPath: string | undefined,
    tables: readonly FillTable[],
    immediate: readonly boolean[] = [true, false],
  ): Promise<Way | FailedQuery> {
    let first: SqlError | undefined;
    try {
      const types = await this.typesOf(query, searchPath);
      for (let attempt = 0; attempt < (types.length > 0 ? attempts : 1); attempt++) {
        const values = await valuesOf(this.engine, query.parameters, types, tables, attempt);
        for (const isImmediate of immediate) {
          const way = { values, searchPath, isImmediate };
          const error = await this.refusal(query, way);
          if (!error) return way;
          first ??= error;
          // A row that waits for another one of its transaction is fine.
          if (!error.code.startsWith('23')) break;
        }
      }
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      first ??= error;
    }
    return { query, code: first?.code, message: first?.message ?? '' };
  }

  /** Throws SqlError. */
  private async typesOf({ text }: OldQuery, searchPath: string | undefined): Promise<readonly ParameterType[]> {
    if (!/\$\d/.test(text)) return [];
    const name = this.name();
    try {
      return JSON.parse(
        await textOf(this.engine, `${begin(searchPath)}PREPARE ${name} AS ${text}\n;\n${typesQuery(name)}`),
      ) as ParameterType[];
    } finally {
      await this.engine.run('ROLLBACK; DEALLOCATE ALL');
    }
  }

  /** Runs a query and takes it back. Out: the refusal. Throws EngineLost. */
  private async refusal(
    { text }: OldQuery,
    { values, searchPath, isImmediate }: Way,
    isOpen = false,
  ): Promise<SqlError | undefined> {
    const name = this.name();
    const call = values.length === 0 ? text : `PREPARE ${name} AS ${text}\n;\nEXECUTE ${name}(${values.join(', ')})`;
    const check = isImmediate ? 'SET CONSTRAINTS ALL IMMEDIATE;' : '';
    const head = isOpen ? `SAVEPOINT airlock_query;\n${pathOf(searchPath)}` : begin(searchPath);
    // Statements that a migration has prepared stay.
    const tail = isOpen ? 'ROLLBACK TO airlock_query; RELEASE airlock_query' : 'ROLLBACK; DEALLOCATE ALL';
    try {
      await this.engine.run(`${head}${call}\n;\n${check}${tail}`, Math.min(longestMs, this.limitMs));
      return undefined;
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      await this.engine.run(tail);
      return error;
    }
  }

  private name(): string {
    this.count += 1;
    return `airlock_query_${this.count}`;
  }
}

function begin(searchPath: string | undefined): string {
  return `BEGIN;\n${pathOf(searchPath)}`;
}

function pathOf(searchPath: string | undefined): string {
  return searchPath === undefined ? '' : `SET LOCAL search_path = ${searchPath};\n`;
}

/** A column that has to be there now, and that the query does not write: no value helps. */
function isLeftOut({ code, message }: SqlError, { parameters }: OldQuery): boolean {
  const [, column] = code === '23502' ? (/^null value in column "(.+?)" of relation/.exec(message) ?? []) : [];
  return column !== undefined && !parameters.some((use) => use.as === 'written' && use.column === column);
}
