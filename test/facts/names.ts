import fs from 'node:fs';
import path from 'node:path';
import type { Session } from './session.js';

/** The file with PostgreSQL's own names, which ships. */
export const namesFile = path.resolve(__dirname, '../../../server/src/sql/postgres-names.ts');

/** What one server has by itself. */
export interface Names {
  readonly functions: ReadonlyMap<string, Callable>;
  /** Settings that SHOW knows. */
  readonly settings: ReadonlySet<string>;
  readonly roles: ReadonlySet<string>;
  /** The extensions that come with it, and the functions that they bring, as name and as name/arguments. */
  readonly extensions: ReadonlySet<string>;
  readonly brought: ReadonlySet<string>;
}

/** The functions of one name. */
interface Callable {
  /** How a call may be computed: one letter of pg_proc.provolatile for each overload, each once, sorted. */
  readonly volatility: string;
  /** Numbers of arguments that it takes; "*" for any. */
  readonly counts: ReadonlySet<string>;
  /** A type has the name, so that a call of it is a cast where there is no function. */
  readonly isCast: boolean;
  readonly isListed: boolean;
}

/**
 * What SQL can call: not what takes or gives internals, nor what only a trigger or a handler is, nor what stands behind
 * an index or an aggregate; people do call what hash indexes stand on, as in pg_advisory_lock(hashtext('a')). A function
 * in SQL may be put in the place of its call, and then its words decide, so that it counts as of any volatility.
 */
const functions = `
  SELECT proname AS name, bool_or(EXISTS (SELECT FROM pg_type WHERE typname = proname)) AS cast,
    string_agg(DISTINCT CASE WHEN lanname = 'sql' OR prokind <> 'f' OR proretset THEN 'is' ELSE provolatile::text END, '') AS volatility,
    bool_or(provolatile = 'v') AS volatile,
    string_agg(DISTINCT CASE WHEN provariadic <> 0 THEN '*' ELSE (pronargs - given)::text END, ' ') AS counts,
    bool_or(NOT ('{internal,cstring}'::regtype[] && (proargtypes::regtype[] || prorettype::regtype))
      AND prorettype <> ALL ('{trigger,event_trigger,language_handler,index_am_handler,table_am_handler,fdw_handler,tsm_handler}'::regtype[])
      AND proname NOT LIKE 'binary\\_upgrade%' AND proname !~ 'send$'
      AND (NOT EXISTS (SELECT FROM pg_amproc WHERE amproc = p.oid)
        OR EXISTS (SELECT FROM pg_amproc JOIN pg_opfamily f ON f.oid = amprocfamily JOIN pg_am a ON a.oid = opfmethod
          WHERE amproc = p.oid AND amname = 'hash'))
      AND NOT EXISTS (SELECT FROM pg_aggregate
        WHERE p.oid IN (aggtransfn, aggfinalfn, aggcombinefn, aggmtransfn, aggminvtransfn, aggmfinalfn))) AS listed
  FROM pg_proc p JOIN pg_language l ON l.oid = prolang CROSS JOIN LATERAL generate_series(0, pronargdefaults) AS given
  WHERE pronamespace = 'pg_catalog'::regnamespace
  GROUP BY 1`;

interface FunctionRow {
  readonly name: string;
  readonly volatility: string;
  readonly volatile: boolean;
  readonly counts: string;
  readonly cast: boolean;
  readonly listed: boolean;
}

/** Asks a server for its functions, roles and those of the settings that it knows. `asked`: the settings of all servers. */
export async function readNames(session: Session, asked: readonly string[]): Promise<Names> {
  const rows = await session.query<FunctionRow>(functions);
  const roles = await session.query<{ name: string }>(
    "SELECT rolname AS name FROM pg_roles WHERE rolname LIKE 'pg\\_%'",
  );
  const settings = new Set<string>();
  const available = await session.query<{ name: string }>('SELECT name FROM pg_available_extensions');
  for (const { name } of available) {
    // Some have no library in this build.
    await session.exec(`CREATE EXTENSION IF NOT EXISTS "${name}" CASCADE`).catch(() => {});
  }
  const brought = await session.query<{ name: string }>(
    "SELECT DISTINCT unnest(ARRAY[proname, proname || '/' || pronargs]) AS name FROM pg_depend JOIN pg_proc p ON p.oid = objid AND classid = 'pg_proc'::regclass WHERE deptype = 'e'",
  );
  for (const name of asked) {
    const [row] = await session.query<{ known: string | null }>(`SELECT current_setting('${name}', true) AS known`);
    if (row?.known !== null) settings.add(name);
  }
  return {
    functions: new Map(
      rows.map(({ name, volatility, volatile, counts, cast, listed }) => [
        name,
        {
          isCast: cast,
          isListed: listed,
          volatility: volatile ? 'v' : [...new Set(volatility)].sort().join(''),
          counts: new Set(counts.split(' ')),
        },
      ]),
    ),
    settings,
    roles: new Set(roles.map(({ name }) => name)),
    extensions: new Set(available.map(({ name }) => name)),
    brought: new Set(brought.map(({ name }) => name)),
  };
}

/** The settings that a server shows. */
export async function settingsOf(session: Session): Promise<string[]> {
  return (await session.query<{ name: string }>("SELECT name FROM pg_settings WHERE name NOT LIKE '%.%'")).map(
    ({ name }) => name,
  );
}

/** The text of the file, from the names of servers by their major versions. */
export function namesText(all: ReadonlyMap<number, Names>): string {
  const versions = [...all.keys()].sort((a, b) => a - b);
  const oldest = versions[0] ?? 14;
  const of = (version: number): Names => {
    const found = all.get(version);
    if (!found) throw new Error(`nothing is known of PostgreSQL ${version}`);
    return found;
  };
  const callable = new Map(versions.flatMap((version) => [...of(version).functions]));
  const classes: Record<'volatile' | 'stable' | 'immutable' | 'mixed', string[]> = {
    volatile: [],
    stable: [],
    immutable: [],
    mixed: [],
  };
  for (const [name, { volatility, isListed }] of [...callable].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!isListed) continue;
    if (volatility === 'v') classes.volatile.push(name);
    else classes[volatility === 's' ? 'stable' : volatility === 'i' ? 'immutable' : 'mixed'].push(name);
  }
  /** What is there from a version on, or is gone from it on. */
  const changes = (names: (version: number) => Iterable<string>, isMeant = (_: string) => true) => {
    const since: [number, string[]][] = [];
    const until: [number, string[]][] = [];
    for (const version of versions.slice(1)) {
      const [now, before] = [new Set(names(version)), new Set(names(version - 1))];
      since.push([version, [...now].filter((name) => !before.has(name) && isMeant(name))]);
      until.push([version, [...before].filter((name) => !now.has(name) && isMeant(name))]);
    }
    return { since, until };
  };
  const functionChanges = changes(
    (version) => of(version).functions.keys(),
    (name) => callable.get(name)?.isListed === true && callable.get(name)?.isCast === false,
  );
  const settings = changes((version) => of(version).settings);
  const roles = changes((version) => of(version).roles);
  const grown = versions.slice(1).map((version): [number, string[]] => [
    version,
    [...of(version).functions].flatMap(([name, { counts, isListed }]) => {
      const before = of(version - 1).functions.get(name)?.counts;
      if (!isListed || !before || before.has('*') || counts.has('*')) return [];
      return [...counts].filter((count) => !before.has(count)).map((count) => `${name}/${count}`);
    }),
  ]);
  const lists = (entries: Iterable<readonly [number, readonly string[]]>): string =>
    [...entries]
      .filter(([, names]) => names.length > 0)
      .map(([version, names]) => `  ${version}:${wrapped([...names].sort(), '    ')},\n`)
      .join('');
  const extensions = new Set(versions.flatMap((version) => [...of(version).extensions]));
  const changing = new Set(
    [...functionChanges.since, ...functionChanges.until, ...grown].flatMap(([, names]) => names),
  );
  for (const version of versions) {
    const taken = [...of(version).brought].filter((name) => changing.has(name));
    if (taken.length > 0) throw new Error(`an extension of PostgreSQL ${version} brings ${taken.join(', ')}`);
  }
  const wholeClass = (name: keyof typeof classes): string => `  ${name}:${wrapped(classes[name], '    ')},\n`;
  return `// Made by \`npm run facts\` from PostgreSQL ${oldest} to ${versions.at(-1)}; not to be edited.

/**
 * PostgreSQL's own functions by pg_proc.provolatile, as the newest server that has them says, each name once: those of
 * which any overload is VOLATILE, those that are STABLE or IMMUTABLE with all their overloads, and the others: several of
 * these, aggregates, sets, functions in SQL. What SQL cannot call is left out.
 */
export const functionNames = {
${wholeClass('volatile')}${wholeClass('stable')}${wholeClass('immutable')}${wholeClass('mixed')}};

/** Functions by the major version that brought them. */
export const functionsSince: Readonly<Record<number, string>> = {
${lists(functionChanges.since)}};

/** Functions by the first major version that has them no more. */
export const functionsUntil: Readonly<Record<number, string>> = {
${lists(functionChanges.until)}};

/** Older functions, as name/arguments, by the major version that brought a form with so many arguments. */
export const formsSince: Readonly<Record<number, string>> = {
${lists(grown)}};

/** Settings by the major version that brought them. */
export const settingsSince: Readonly<Record<number, string>> = {
${lists(settings.since)}};

/** Settings by the first major version that does not know them. */
export const settingsUntil: Readonly<Record<number, string>> = {
${lists(settings.until)}};

/** Extensions that come with PostgreSQL. None of them has a function of a name in the lists by version. */
export const extensions =${wrapped([...extensions].sort(), '  ')};

/** Predefined roles by the major version that brought them. */
export const rolesSince: Readonly<Record<number, string>> = {
${lists(roles.since)}};
`;
}

/** Words in a literal: on one line where they fit, else in lines of a template. */
function wrapped(words: readonly string[], indent: string): string {
  const line = words.join(' ');
  if (line.length <= 110) return ` '${line}'`;
  const lines: string[] = [''];
  for (const word of words) {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length > 112) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return ` \`\n${lines.map((each) => `${indent}${each}\n`).join('')}${indent.slice(2)}\``;
}

/** Writes the text when it is another; true when it was. `check`: only says so. */
export function writeNames(text: string, check: boolean): boolean {
  if (fs.existsSync(namesFile) && fs.readFileSync(namesFile, 'utf8') === text) return false;
  if (!check) fs.writeFileSync(namesFile, text);
  return true;
}
