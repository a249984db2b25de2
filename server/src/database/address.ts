import { DatabaseError } from './error.js';

/** Whether the connection is encrypted, and what is checked of the server, in libpq's words. */
export type TlsMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

/** Where a server is and who asks. What is undefined is left to psql's variables and its defaults. */
export interface Address {
  /** A name, a number, or the folder of a Unix socket. */
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly user: string | undefined;
  /** Never part of a message. */
  readonly password: string | undefined;
  readonly database: string | undefined;
  readonly tls: TlsMode;
  /** Files of certificates, by path; `system` as root means those of the machine. */
  readonly certificates: { readonly root?: string; readonly own?: string; readonly key?: string };
  /** Settings of the session, as in PGOPTIONS. */
  readonly options: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const HOW = 'Write it as postgres://user@host:5432/database.';

/**
 * Reads where to connect. `given` is a URL, `env:NAME` for the URL in that environment variable, so that no password
 * stands in a list of processes, or undefined for psql's own variables (PGHOST, PGDATABASE, PGUSER, PGPASSWORD …),
 * of which PGHOST, PGDATABASE or PGSERVICE's absence is an error: nobody connects by accident.
 *
 * Throws DatabaseError. No message repeats any part of a URL that could not be read: it may be the password.
 */
export function readAddress(given: string | undefined, environment: Environment): Address {
  if (given === undefined) return ofVariables(environment);
  const variable = /^env:(.*)$/s.exec(given)?.[1];
  if (variable === undefined) return ofUrl(given, environment);
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) throw new DatabaseError('env: takes the name of a variable.');
  const url = environment[variable];
  if (url === undefined || url.trim() === '') throw new DatabaseError(`The variable ${variable} is not set.`);
  return ofUrl(url.trim(), environment);
}

/** The address as it may be shown: without password and parameters. */
export function shownAddress({ host, port, user, database }: Address): string {
  const who = user === undefined ? '' : `${user}@`;
  const at = host ?? 'localhost';
  return at.startsWith('/') ? `${at}/.s.PGSQL.${port ?? 5432}` : `${who}${at}:${port ?? 5432}/${database ?? ''}`;
}

/** A text without the password, written as it is or in %-codes. */
export function withoutPassword(text: string, { password }: Address): string {
  if (password === undefined || password === '') return text;
  return [password, encodeURIComponent(password)].reduce((rest, secret) => rest.split(secret).join('***'), text);
}

function ofVariables(environment: Environment): Address {
  if (!environment.PGHOST && !environment.PGDATABASE)
    throw new DatabaseError(
      'Name the server: postgres://user@host:5432/database, env:NAME, or the variables PGHOST and PGDATABASE.',
    );
  return {
    host: undefined,
    port: undefined,
    user: undefined,
    password: environment.PGPASSWORD,
    database: undefined,
    options: undefined,
    ...tlsOf(new Map(), environment),
    ...known({ host: environment.PGHOST, user: environment.PGUSER, database: environment.PGDATABASE }),
    ...(environment.PGPORT ? { port: portOf(environment.PGPORT) } : {}),
  };
}

function ofUrl(text: string, environment: Environment): Address {
  if (!/^postgres(?:ql)?:\/\//.test(text)) throw new DatabaseError(`The address of the server is no URL. ${HOW}`);
  const url = parsed(text);
  const parameters = new Map(url.searchParams);
  // A character of the password that is not written in its %-code cuts the URL in another place than meant.
  if (url.hash !== '' || url.pathname.includes('@') || [...parameters.keys()].some((key) => !/^\w+$/.test(key)))
    throw new DatabaseError(
      'The URL of the server has a #, ?, / or @ too many. In a password write them as %23, %3F, %2F and %40.',
    );
  const password = decoded(url.password) ?? parameters.get('password') ?? environment.PGPASSWORD;
  const port = url.port === '' ? parameters.get('port') : url.port;
  return {
    host: decoded(url.hostname.replace(/^\[(.*)\]$/, '$1')) ?? parameters.get('host') ?? environment.PGHOST,
    port: port === undefined ? undefined : portOf(port),
    user: decoded(url.username) ?? parameters.get('user') ?? environment.PGUSER,
    password,
    database: decoded(url.pathname.slice(1)) ?? parameters.get('dbname') ?? environment.PGDATABASE,
    options: parameters.get('options'),
    ...tlsOf(parameters, environment),
  };
}

function parsed(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new DatabaseError(
      `The URL of the server cannot be read. ${HOW} In a password write #, ?, / and @ as %23, %3F, %2F and %40; several hosts are not supported.`,
    );
  }
}

function decoded(part: string): string | undefined {
  if (part === '') return undefined;
  try {
    return decodeURIComponent(part);
  } catch {
    throw new DatabaseError('The URL of the server has a % that begins no code. In a password write it as %25.');
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new DatabaseError('The port of the server is no port.');
  return port;
}

const modes: Readonly<Record<string, TlsMode>> = {
  disable: 'disable',
  allow: 'prefer',
  prefer: 'prefer',
  require: 'require',
  // The package `pg` has this word for it.
  'no-verify': 'require',
  'verify-ca': 'verify-ca',
  'verify-full': 'verify-full',
};

function tlsOf(
  parameters: ReadonlyMap<string, string>,
  environment: Environment,
): Pick<Address, 'tls' | 'certificates'> {
  const word = parameters.get('sslmode') ?? (parameters.get('ssl') === 'true' ? 'require' : environment.PGSSLMODE);
  const tls = word === undefined || word === '' ? 'prefer' : modes[word];
  if (tls === undefined) throw new DatabaseError(`sslmode takes ${Object.keys(modes).join(', ')}.`);
  return {
    tls,
    certificates: known({
      root: parameters.get('sslrootcert') ?? environment.PGSSLROOTCERT,
      own: parameters.get('sslcert') ?? environment.PGSSLCERT,
      key: parameters.get('sslkey') ?? environment.PGSSLKEY,
    }),
  };
}

/** The same without what is undefined. */
function known<Key extends string>(values: Readonly<Record<Key, string | undefined>>): { [each in Key]?: string } {
  const found: { [each in Key]?: string } = {};
  for (const key in values) {
    const value = values[key];
    if (value) found[key] = value;
  }
  return found;
}
