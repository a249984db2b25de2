import fs from 'node:fs';
import type { Client, ClientConfig, QueryResult } from 'pg';
import { type Address, readAddress, shownAddress, withoutPassword } from './address.js';
import { DatabaseError } from './error.js';
import { connectFailure } from './failures.js';

export interface ConnectOptions {
  /** What the session may do. With `read-only` all of its queries stand in one transaction that is READ ONLY. */
  readonly access: 'read-only' | 'read-write';
  /** How long to wait for the server to answer, in ms. Default 10,000. */
  readonly connectTimeout?: number;
  /** `statement_timeout` of the session, in ms. Without one, the server's own. */
  readonly statementTimeout?: number;
  /** `lock_timeout` of the session, in ms. Without one, the server's own. */
  readonly lockTimeout?: number;
  /** Takes NOTICE, WARNING and the like. */
  readonly onNotice?: (notice: {
    readonly severity: string;
    readonly message: string;
    readonly sqlState: string;
  }) => void;
  /** Ends the session at once; what was asked then fails. */
  readonly signal?: AbortSignal;
  /** A database of the same server in the place of the one that the address names. */
  readonly database?: string;
  /** Where variables are read. Default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** What one statement of a query gave. */
export interface StatementResult {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** As in its command tag; 0 where that has no number. */
  readonly affected: number;
}

/** One session of a PostgreSQL server. */
export interface Database {
  /** Where it is, as it may be shown. */
  readonly address: string;
  /** The number of the version with its minor: "15.17". */
  readonly serverVersion: string;
  /** The same as PostgreSQL counts it: 150017. */
  readonly serverVersionNumber: number;
  /** `pg_backend_pid()`, for a second session that looks at the locks of this one. */
  readonly processId: number;
  /**
   * The rows of one statement. Types are those of the package `pg`: int8 and numeric are strings, so cast to float8
   * what is counted. Throws DatabaseError with its SQLSTATE.
   */
  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]>;
  /** Sends a text of any number of statements as one query, as `psql -c` does. Out: one result for each. Throws DatabaseError. */
  run(sql: string): Promise<readonly StatementResult[]>;
  /** Ends the session. Never throws. */
  close(): Promise<void>;
}

const APPLICATION_NAME = 'airlock';
const CONNECT_TIMEOUT = 10_000;

/**
 * Opens a session. `url` is a URL, `env:NAME` or undefined for psql's variables (see readAddress). Throws
 * DatabaseError with one line that says what is wrong and holds no secret.
 *
 * A session that only reads sets nothing that outlives its transaction: behind a pooler that hands one connection of
 * the server to many, a `SET default_transaction_read_only` would make the writes of others fail.
 */
export async function connect(url: string | undefined, options: ConnectOptions): Promise<Database> {
  const named = readAddress(url, options.environment ?? process.env);
  const address = options.database === undefined ? named : { ...named, database: options.database };
  const client = await opened(address, options);
  const stop = (): void => void client.end().catch(() => {});
  if (options.signal?.aborted) stop();
  options.signal?.addEventListener('abort', stop, { once: true });
  const ask = query(client, address);
  const close = async (): Promise<void> => {
    options.signal?.removeEventListener('abort', stop);
    await client.end().catch(() => {});
  };
  try {
    const timeouts = [
      ...(options.statementTimeout === undefined
        ? []
        : [`statement_timeout = ${Math.round(options.statementTimeout)}`]),
      ...(options.lockTimeout === undefined ? [] : [`lock_timeout = ${Math.round(options.lockTimeout)}`]),
    ];
    const readOnly = options.access === 'read-only';
    if (readOnly) await ask('begin transaction isolation level repeatable read, read only');
    for (const each of timeouts) await ask(`set ${readOnly ? 'local' : 'session'} ${each}`);
    const [version] = await ask<{ number: string; pid: number }>(
      `select current_setting('server_version_num') as number, pg_backend_pid() as pid`,
    );
    const number = Number(version?.number);
    return {
      address: shownAddress(address),
      serverVersion: `${Math.floor(number / 10_000)}.${number % 10_000}`,
      serverVersionNumber: number,
      processId: Number(version?.pid),
      query: ask,
      run: async (sql) => {
        const found: QueryResult | QueryResult[] = await sent(client.query(sql), address);
        return [found].flat().map(({ rows, rowCount }) => ({ rows, affected: rowCount ?? 0 }));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function query(client: Client, address: Address) {
  return async <Row = Record<string, unknown>>(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<readonly Row[]> => (await sent<QueryResult>(client.query(sql, [...parameters]), address)).rows;
}

async function sent<Result>(work: Promise<Result>, address: Address): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    const { code, position, message } = error as { code?: unknown; position?: unknown; message: string };
    const isState = typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code);
    throw new DatabaseError(
      isState
        ? withoutPassword(message, address)
        : `The connection to ${shownAddress(address)} is lost: ${withoutPassword(message, address)}`,
      isState ? code : undefined,
      typeof position === 'string' ? Number(position) : undefined,
    );
  }
}

async function opened(address: Address, options: ConnectOptions): Promise<Client> {
  const { Client } = await import('./driver.js');
  const timeout = options.connectTimeout ?? CONNECT_TIMEOUT;
  const attempt = async (encrypted: boolean): Promise<Client> => {
    const client = new Client(configOf(address, encrypted, timeout));
    // Without a listener, a connection that breaks between two queries would end the process.
    client.on('error', () => {});
    client.on('notice', ({ severity = '', message = '', code = '' }) =>
      options.onNotice?.({ severity, message, sqlState: code }),
    );
    try {
      await client.connect();
      return client;
    } catch (error) {
      client.end().catch(() => {});
      throw error;
    }
  };
  try {
    if (address.tls !== 'prefer') return await attempt(address.tls !== 'disable');
    try {
      return await attempt(true);
    } catch (error) {
      if (!(error instanceof Error) || !/does not support SSL/i.test(error.message)) throw error;
      return await attempt(false);
    }
  } catch (error) {
    throw connectFailure(error, address, timeout);
  }
}

function configOf(address: Address, encrypted: boolean, timeout: number): ClientConfig {
  const { host, port, user, password, database, options } = address;
  const isSocket = (host ?? '').startsWith('/');
  return {
    application_name: APPLICATION_NAME,
    connectionTimeoutMillis: timeout,
    keepAlive: true,
    ssl: encrypted && !isSocket ? tlsOptions(address) : false,
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { database }),
    ...(options === undefined ? {} : { options }),
  };
}

/** As libpq: `prefer` and `require` encrypt and check nothing, unless a root certificate is named. */
function tlsOptions({
  tls,
  certificates: { root, own, key },
}: Address): NonNullable<Exclude<ClientConfig['ssl'], boolean>> {
  const checks = tls === 'verify-ca' || tls === 'verify-full' || (tls === 'require' && root !== undefined);
  return {
    rejectUnauthorized: checks,
    ...(checks && tls !== 'verify-full' ? { checkServerIdentity: () => undefined } : {}),
    ...(root === undefined || root === 'system' ? {} : { ca: certificate(root) }),
    ...(own === undefined ? {} : { cert: certificate(own) }),
    ...(key === undefined ? {} : { key: certificate(key) }),
  };
}

function certificate(path: string): string {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch {
    throw new DatabaseError(`The certificate ${path} cannot be read.`);
  }
}
