import { type Engine, EngineLost, SqlError } from './engine.js';
import { leaveSession } from './leave-session.js';
import { look, type Look, type Observed, observed } from './observe.js';
import { cannotBeWrapped, type RunStatement } from './runnable.js';

/** What became of one statement. */
export interface StatementRun {
  readonly statement: RunStatement;
  /** Undefined where nobody could look: it ran outside of any transaction, or was not looked at. */
  readonly observed: Observed | undefined;
  /** Locks of the transaction before it. */
  readonly held: ReadonlySet<string>;
  readonly affected: number;
  readonly notices: readonly string[];
  readonly ms: number;
}

/** Why a file has stopped. */
export interface Stopped {
  /** Undefined where it is the end of the file that was refused, such as a COMMIT. */
  readonly statement: RunStatement | undefined;
  /** The SQLSTATE; undefined where it was not PostgreSQL that refused. */
  readonly code: string | undefined;
  readonly message: string;
  readonly detail: string | undefined;
  /** UTF-16 offset in the document, where PostgreSQL names a place. */
  readonly at: number | undefined;
  /** True when the database has to be opened anew. */
  readonly lost: boolean;
  /** Whether anything of the file may stay. */
  readonly partial: boolean;
}

export interface FileRun {
  readonly statements: readonly StatementRun[];
  readonly stopped: Stopped | undefined;
  /** Statements that were not sent, with the reason. */
  readonly left: readonly RunStatement[];
}

export interface RunOptions {
  /** Locks, rewrites, scans and index builds of each statement are looked at. */
  readonly observe: boolean;
  /** For one statement, in milliseconds. */
  readonly limitMs: number;
  /** Called behind each statement, with whether a transaction is open; it leaves the session as it was. */
  readonly afterEach?: ((statement: RunStatement, isOpen: boolean) => Promise<void>) | undefined;
}

/** The message of something thrown as what stopped a file; what is a fault of ours goes on. */
function stoppedBy(error: unknown, statement: RunStatement | undefined, partial: boolean): Stopped {
  if (error instanceof EngineLost) {
    const { message } = error;
    return { statement, code: undefined, message, detail: undefined, at: undefined, lost: true, partial: true };
  }
  if (!(error instanceof SqlError)) throw error;
  const { message, code, detail, position } = error;
  const at =
    statement && position !== undefined
      ? statement.span.start + utf16Offset(statement.parsed.text, position)
      : undefined;
  return { statement, code, message, detail, at, lost: false, partial };
}

/** In: a place in characters (code points) from 1. Out: the UTF-16 offset from 0. */
function utf16Offset(text: string, position: number): number {
  let offset = 0;
  for (let count = 1; count < position && offset < text.length; count++)
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  return offset;
}

/**
 * Runs the statements of a file as its tool does, in a session of its own, and stops at the first error; what is open then
 * is rolled back. Throws nothing that PostgreSQL or an engine says.
 */
export async function runStatements(
  engine: Engine,
  statements: readonly RunStatement[],
  options: RunOptions,
): Promise<FileRun> {
  const session = new Session(engine, options);
  const done: StatementRun[] = [];
  const left: RunStatement[] = [];
  let current: RunStatement | undefined;
  try {
    for (const statement of statements) {
      current = statement;
      if (statement.left !== undefined) left.push(statement);
      else {
        done.push(await session.run(statement));
        await options.afterEach?.(statement, session.isOpen);
      }
    }
    current = undefined;
    await session.end();
    return { statements: done, stopped: undefined, left };
  } catch (error) {
    const stopped = stoppedBy(error, current, session.hasCommitted);
    if (!stopped.lost) await session.abort();
    return { statements: done, stopped, left };
  }
}

/** The session of one file. */
class Session {
  /** Something of the file is there to stay. */
  hasCommitted = false;
  private tools: number | undefined;
  private isOwn = false;
  private last: Look | undefined;

  constructor(
    private readonly engine: Engine,
    private readonly options: RunOptions,
  ) {}

  get isOpen(): boolean {
    return this.tools !== undefined || this.isOwn;
  }

  async run(statement: RunStatement): Promise<StatementRun> {
    const { parsed, within } = statement;
    if (within !== this.tools) {
      await this.commit();
      if (within !== undefined) await this.engine.run('BEGIN');
      this.tools = within;
    }
    const control = parsed.actions.find((action) => action.kind === 'transaction');
    const isOpen = within !== undefined || this.isOwn;
    // One statement by itself is a transaction, too: the one around it is only there to look from.
    // LOCK TABLE is refused outside of one, and has to be.
    const needsOne = parsed.actions.some(({ kind }) => kind === 'lockTable');
    const isWrapped =
      this.options.observe &&
      !isOpen &&
      !control &&
      !needsOne &&
      !cannotBeWrapped(parsed) &&
      parsed.problem === undefined;
    if (isWrapped) await this.engine.run('BEGIN');
    const looks = this.options.observe && (isWrapped || isOpen) && !control;
    const before = looks ? (this.last ?? (await look(this.engine))) : undefined;
    const began = performance.now();
    const results = await this.engine.run(parsed.text, this.options.limitMs);
    const ms = performance.now() - began;
    const after = looks ? await look(this.engine) : undefined;
    this.last = isOpen ? after : undefined;
    if (isWrapped) await this.engine.run('COMMIT');
    if (!isOpen && !control) this.hasCommitted = true;
    if (control?.kind === 'transaction') this.follow(control.operation);
    return {
      statement,
      observed: before && after ? observed(before, after) : undefined,
      held: before?.locks ?? new Set(),
      affected: results.reduce((sum, { affected }) => sum + affected, 0),
      notices: results.flatMap(({ notices }) => notices),
      ms,
    };
  }

  private follow(operation: string): void {
    this.last = undefined;
    if (operation === 'begin') this.isOwn = true;
    if (operation !== 'commit' && operation !== 'rollback') return;
    this.isOwn = false;
    this.tools = undefined;
    if (operation === 'commit') this.hasCommitted = true;
  }

  private async commit(): Promise<void> {
    this.last = undefined;
    if (this.tools === undefined) return;
    this.tools = undefined;
    await this.engine.run('COMMIT', this.options.limitMs);
    this.hasCommitted = true;
  }

  /** What is open at the end of a session is rolled back. */
  async end(): Promise<void> {
    await this.commit();
    await this.abort();
  }

  async abort(): Promise<void> {
    try {
      await this.engine.run('ROLLBACK');
      await leaveSession(this.engine);
    } catch (error) {
      if (!(error instanceof EngineLost)) throw error;
    }
  }
}
