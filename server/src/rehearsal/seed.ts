import { leaveSession } from './leave-session.js';
import { type Engine, EngineLost, SqlError } from './engine.js';
import { sequencesNow } from './sequences.js';
import { cannotBeWrapped, type RunStatement } from './runnable.js';

/** A statement of the seed file. */
export interface SeedStatement extends RunStatement {
  /** From 1. */
  readonly line: number;
}

/** The rows that a project brings for its rehearsals. */
export interface SeedFile {
  readonly path: string;
  /** As people know it. */
  readonly name: string;
  readonly statements: readonly SeedStatement[];
}

/** A statement of the seed file that PostgreSQL has refused. */
export interface SeedProblem {
  readonly name: string;
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/**
 * Runs the seed file. What names tables and columns that are not there yet is tried again before the next migration: a seed
 * is written for the schema behind all of them.
 */
export class Seed {
  private pending: readonly SeedStatement[];
  private readonly session: readonly SeedStatement[];
  private readonly refused = new Map<SeedStatement, string>();
  /** It has ended a database as a whole. */
  private isOneByOne = false;

  constructor(readonly file: SeedFile) {
    const isOfSession = ({ parsed }: SeedStatement): boolean =>
      parsed.actions.some(({ kind }) => kind === 'setVariable');
    const isControl = ({ parsed }: SeedStatement): boolean => parsed.actions.some(({ kind }) => kind === 'transaction');
    const rest = file.statements.filter((each) => !isControl(each));
    this.session = rest.filter(isOfSession);
    this.pending = rest.filter((each) => !isOfSession(each) && each.left === undefined);
    for (const each of rest) if (each.left !== undefined) this.refused.set(each, `not run: ${each.left}`);
  }

  get isDone(): boolean {
    return this.pending.length === 0;
  }

  /** What could not be run, in the order of the file. */
  get problems(): SeedProblem[] {
    return this.file.statements.flatMap((statement) => {
      const message = this.refused.get(statement);
      return message === undefined ? [] : [{ name: this.file.name, line: statement.line, message }];
    });
  }

  /** Runs what has not run yet. Out: what ran now, with the settings it needs, and whether the engine was lost. */
  async run(
    engine: Engine,
    limitMs: number,
  ): Promise<{ readonly ran: readonly RunStatement[]; readonly lost: boolean }> {
    const { pending, session } = this;
    try {
      if (!this.isOneByOne && (await this.runAtOnce(engine, limitMs))) {
        this.pending = [];
        return { ran: [...session, ...pending], lost: false };
      }
    } catch (error) {
      if (!(error instanceof EngineLost) || error.because === 'cancelled') throw error;
      this.isOneByOne = true;
      return { ran: [], lost: true };
    }
    let current: SeedStatement | undefined;
    const ran: SeedStatement[] = [];
    const left: SeedStatement[] = [];
    try {
      for (const each of session) await this.try(engine, each, limitMs);
      for (const each of pending) {
        current = each;
        if (await this.try(engine, each, limitMs)) ran.push(each);
        else left.push(each);
      }
      await leaveSession(engine);
    } catch (error) {
      if (!(error instanceof EngineLost) || error.because === 'cancelled') throw error;
      if (current) this.refused.set(current, error.message);
      // It is not tried again: it would end the next database, too.
      this.pending = pending.filter((each) => each !== current && !ran.includes(each));
      return { ran: [...session, ...ran], lost: true };
    }
    this.pending = left;
    return { ran: ran.length === 0 ? [] : [...session, ...ran], lost: false };
  }

  /** All of it as one transaction: the usual case, and the quick one. */
  private async runAtOnce(engine: Engine, limitMs: number): Promise<boolean> {
    const all = [...this.session, ...this.pending];
    if (all.some(({ parsed }) => cannotBeWrapped(parsed) || parsed.problem !== undefined)) return false;
    // What is tried again statement by statement counts from where it was.
    const sequences = await sequencesNow(engine);
    try {
      await engine.run(`BEGIN;\n${all.map(({ parsed }) => `${parsed.text}\n;`).join('\n')}\nCOMMIT`, limitMs);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      await engine.run('ROLLBACK');
      await leaveSession(engine);
      await engine.run(sequences || 'SELECT 1');
      return false;
    }
    await leaveSession(engine);
    for (const each of this.pending) this.refused.delete(each);
    return true;
  }

  private async try(engine: Engine, statement: SeedStatement, limitMs: number): Promise<boolean> {
    try {
      await engine.run(statement.parsed.text, limitMs);
      this.refused.delete(statement);
      return true;
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      this.refused.set(statement, `${error.message} (${error.code})`);
      return false;
    }
  }
}
