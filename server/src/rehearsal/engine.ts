/** A PostgreSQL on which migrations are rehearsed. What runs there is nobody's data. */
export interface Engine {
  /** What proved something, for people: "PostgreSQL 18 (PGlite)", "PostgreSQL 15 (server)". */
  readonly name: string;
  /** Where it is, as it may be shown; absent for one within this process. */
  readonly address?: string;
  /** The major version. */
  readonly postgres: number;
  /** Extensions of which it has the files; undefined where only trying shows it. */
  readonly extensions: ReadonlySet<string> | undefined;
  /** True where roles that are missing may be made: nobody else's stand beside them. */
  readonly ownsRoles: boolean;
  /** Empties the database, or brings it to a state that `keep` has kept. */
  open(state?: Kept): Promise<void>;
  /** Keeps the state of the database in memory; undefined where the engine cannot. */
  keep(): Promise<Kept | undefined>;
  /**
   * Sends SQL as one simple query. Throws SqlError for what PostgreSQL refuses, and EngineLost when the database has to be
   * opened anew: the time is over, it was cancelled, or it no longer answers.
   */
  run(sql: string, limitMs?: number): Promise<readonly Result[]>;
  /** Ends what runs, at once and for good. A call that waits, and each that follows, throws EngineLost. */
  cancel(): Promise<void>;
  /** Gives everything back: workers, scratch databases. Never throws. */
  close(): Promise<void>;
}

/** What one statement of a query gave. */
export interface Result {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly affected: number;
  readonly notices: readonly string[];
}

/** A state of a database, as only its engine understands it. */
export interface Kept {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What PostgreSQL has refused. */
export class SqlError extends Error {
  override readonly name = 'SqlError';

  constructor(
    message: string,
    /** The SQLSTATE. */
    readonly code: string,
    /** In characters (code points) from 1, as PostgreSQL counts; undefined where it names no place. */
    readonly position: number | undefined,
    readonly detail: string | undefined,
    /** The constraint, where one is named. */
    readonly constraint: string | undefined,
  ) {
    super(message);
  }
}

/** Why a database has to be opened anew. */
export type LostBecause = 'timeout' | 'cancelled' | 'died' | 'no answer' | 'memory';

export class EngineLost extends Error {
  override readonly name = 'EngineLost';

  constructor(
    readonly because: LostBecause,
    message: string,
  ) {
    super(message);
  }
}

/** The first column of the first row, as text; "" where there is none. */
export async function textOf(engine: Engine, sql: string): Promise<string> {
  const results = await engine.run(sql);
  const [row] = results.at(-1)?.rows ?? [];
  const [value] = row ? Object.values(row) : [];
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value);
}
