import { randomBytes } from 'node:crypto';
import { connect, type Database } from '../../database/connect.js';
import { DatabaseError } from '../../database/error.js';
import { type Engine, EngineLost, type Kept, type LostBecause, type Result, SqlError } from '../engine.js';
import { signsOfProduction } from './production.js';

export interface ServerOptions {
  /** Goes on although the server looks as if people work on it. */
  readonly evenProduction: boolean;
  /** What can be done where a server looks like production, as a sentence. */
  readonly advice: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * A server of a person's, in a database of its own that is made here and dropped at the end, also after errors; the one
 * that the address names is only asked. In: a URL, or env:NAME. Throws DatabaseError with one line that holds no secret:
 * where the server cannot be reached, may not make databases, or looks like production.
 */
export async function openServer(url: string, { evenProduction, advice, environment }: ServerOptions): Promise<Engine> {
  const options = { access: 'read-write', ...(environment && { environment }) } as const;
  const keeper = await connect(url, options);
  try {
    const signs = await signsOfProduction(keeper);
    if (signs.length > 0 && !evenProduction)
      throw new DatabaseError(
        `${keeper.address} looks like production: it ${signs.join(', ')}. Nothing was done. ${advice}`,
      );
    const name = `airlock_rehearsal_${randomBytes(6).toString('hex')}`;
    return new ServerEngine(keeper, name, (database) => connect(url, { ...options, database }));
  } catch (error) {
    await keeper.close();
    throw error;
  }
}

/** One scratch database of a server. */
class ServerEngine implements Engine {
  readonly name: string;
  readonly address: string;
  readonly postgres: number;
  readonly extensions = undefined;
  readonly ownsRoles = false;
  private session: Database | undefined;
  private lost: LostBecause | undefined;

  constructor(
    /** Stays on the database that the address names: it makes and drops the other one, and ends what runs there. */
    private readonly keeper: Database,
    private readonly scratch: string,
    private readonly connectTo: (database: string) => Promise<Database>,
  ) {
    this.postgres = Math.floor(keeper.serverVersionNumber / 10_000);
    this.name = `PostgreSQL ${keeper.serverVersion}`;
    this.address = keeper.address;
  }

  async open(): Promise<void> {
    if (this.lost === 'cancelled') throw new EngineLost('cancelled', 'It was cancelled.');
    await this.drop();
    await this.keeper.run(`CREATE DATABASE ${this.scratch} TEMPLATE template0`);
    // Messages are read here: they have to be those of the code.
    await this.keeper.run(`ALTER DATABASE ${this.scratch} SET lc_messages = 'C'`).catch(() => undefined);
    this.session = await this.connectTo(this.scratch);
    this.lost = undefined;
  }

  /** A state is brought back by replaying the files. */
  async keep(): Promise<Kept | undefined> {
    return undefined;
  }

  async run(sql: string, limitMs?: number): Promise<readonly Result[]> {
    const { session } = this;
    if (!session) throw new EngineLost(this.lost ?? 'died', 'The scratch database is not open.');
    const timer = limitMs === undefined ? undefined : setTimeout(() => void this.end('timeout'), limitMs);
    try {
      return (await session.run(sql)).map((each) => ({ ...each, notices: [] }));
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      if (this.lost !== undefined)
        throw new EngineLost(
          this.lost,
          this.lost === 'timeout' ? `It took longer than ${(limitMs ?? 0) / 1000} s.` : 'It was cancelled.',
        );
      if (error.sqlState === undefined) {
        this.session = undefined;
        throw new EngineLost('died', error.message);
      }
      throw new SqlError(error.message, error.sqlState, error.position, undefined, undefined);
    } finally {
      clearTimeout(timer);
    }
  }

  cancel(): Promise<void> {
    return this.end('cancelled');
  }

  async close(): Promise<void> {
    this.lost ??= 'cancelled';
    await this.drop().catch(async () => {
      // The keeper's own connection may be what was lost.
      const other = await this.connectTo('postgres').catch(() => undefined);
      await other?.run(`DROP DATABASE IF EXISTS ${this.scratch} WITH (FORCE)`).catch(() => undefined);
      await other?.close();
    });
    await this.keeper.close();
  }

  private async end(because: LostBecause): Promise<void> {
    const { session } = this;
    this.lost = because;
    this.session = undefined;
    if (session) await this.keeper.query('SELECT pg_terminate_backend($1)', [session.processId]).catch(() => []);
  }

  private async drop(): Promise<void> {
    const { session } = this;
    this.session = undefined;
    await session?.close();
    await this.keeper.run(`DROP DATABASE IF EXISTS ${this.scratch} WITH (FORCE)`);
  }
}
