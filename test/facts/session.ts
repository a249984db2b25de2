/** A connection to some PostgreSQL, as small as measuring needs it: a server's connection and PGlite both fit. */
export interface Session {
  /** Sends one string with the simple protocol, as psql does, and throws what PostgreSQL says. */
  exec(sql: string): Promise<void>;
  /** The rows of one statement. */
  query<Row>(sql: string): Promise<readonly Row[]>;
  /** Messages since the measurement emptied the list; those of level DEBUG1 name scans. */
  readonly notices: string[];
}

/** A PostgreSQL that cases are measured on. */
export interface Engine {
  /** "PGlite" or "PostgreSQL 15". */
  readonly name: string;
  /** The major version, whose recorded facts this engine can confirm. */
  readonly postgres: number;
  /** What the server calls itself: "15.17". */
  readonly exactVersion: string;
  /** The session that runs the statements. */
  readonly subject: Session;
  /**
   * Two more sessions: one holds a lock, one looks at who waits. Absent where only one session exists; then nobody can
   * see the locks of a statement that runs in no transaction block.
   */
  readonly others?: { readonly blocker: Session; readonly watcher: Session };
  close(): Promise<void>;
}

/** The SQLSTATE of an error of PostgreSQL; rethrows any other error, which is a bug or a lost connection. */
export function sqlState(error: unknown): string {
  const { code } = error as { code?: unknown };
  // Five characters with a digit among them: EPIPE is Node's.
  if (typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code)) return code;
  throw error;
}

/**
 * Gives a session the settings of a case. Not its time limits: nobody is in the way of the statement for longer than
 * the measurement wants, so they would show how busy the machine is.
 */
export async function useSettings(session: Session, settings: readonly string[] = []): Promise<void> {
  for (const setting of settings) await session.exec(setting);
  await session.exec('set lock_timeout = 0; set statement_timeout = 0');
}

/** Ends whatever transaction is left, and takes the settings back to those that every case begins with. */
export async function resetSession(session: Session): Promise<void> {
  await session.exec('rollback; reset all; set client_min_messages = warning; set search_path = m, public');
}
