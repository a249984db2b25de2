import { foreignMarks, isPostgresText } from '../analysis/foreign-dialect.js';
import { baseName, type ProjectFiles } from '../frameworks/framework.js';
import { isScript } from '../sql/script-marks.js';
import { visibleLine } from '../sql/visible.js';

/** The words for a database in the names of files and folders. */
const words: readonly (readonly [RegExp, string])[] = [
  [/^(?:postgres(?:ql)?\d*|pg|pgsql|psql|supabase|timescale(?:db)?)$/, 'PostgreSQL'],
  [/^mysql\d*$/, 'MySQL'],
  [/^mariadb$/, 'MariaDB'],
  [/^(?:sqlite\d?|d1|libsql|turso)$/, 'SQLite'],
  [/^(?:mssql|sqlserver|tsql)$/, 'SQL Server'],
  [/^oracle$/, 'Oracle'],
  [/^clickhouse$/, 'ClickHouse'],
  [/^(?:cockroach(?:db)?|crdb)$/, 'CockroachDB'],
];

const anyWord = /mysql|mariadb|sqlite|d1|libsql|turso|mssql|sqlserver|tsql|oracle|clickhouse|cockroach|crdb/i;

function databaseOfWord(word: string): string | undefined {
  return words.find(([pattern]) => pattern.test(word.toLowerCase()))?.[1];
}

/** A folder is a database's when it has nothing but that word in its name, or that and what the files are. */
function databaseOfFolder(folder: string): string | undefined {
  const rest = folder
    .split(/[-_.]/)
    .filter((part) => !/^(?:migrations?|migrate|schemas?|sql|scripts?|db|ddl)$/i.test(part));
  return rest.length === 1 ? databaseOfWord(rest[0] ?? '') : undefined;
}

/** `x.mysql.up.sql`, `mysql.sql`, `schema_mysql.sql`; but "0012_drop_oracle.sql" speaks of a table. */
function wordOfName(name: string): string {
  const parts = name.split('.');
  const [stem = ''] = parts;
  const marked = parts.slice(1, -1).find((each) => databaseOfWord(each) !== undefined);
  if (marked !== undefined || /^[vV]?\d/.test(stem)) return marked ?? '';
  return /[^-_]*$/.exec(stem)?.[0] ?? '';
}

export interface OtherDatabase {
  readonly database: string;
  /** The part of the path, or the form in the text, that says so. */
  readonly word: string;
  /** Why it is thought so: what can stand behind "This file". */
  readonly why: string;
}

/**
 * The other database that a path names, by the word that stands nearest to the file. `path` is relative to the
 * project; of a longer one only the four folders around the file count.
 */
export function databaseByPath(path: string): OtherDatabase | undefined {
  // Thousands of paths are asked for, and nearly none has such a word.
  if (!anyWord.test(path)) return undefined;
  const word = wordOfName(baseName(path));
  const own = databaseOfWord(word);
  if (own === 'PostgreSQL') return undefined;
  if (own !== undefined) return { database: own, word, why: `is for ${own} by its name` };
  const folders = path.split('/').slice(0, -1).slice(-4).reverse();
  for (const folder of folders) {
    const database = databaseOfFolder(folder);
    if (database === 'PostgreSQL') return undefined;
    if (database !== undefined)
      return { database, word: folder, why: `is for ${database} by its folder ${visibleLine(folder)}` };
  }
  return undefined;
}

/** Packages by which programs talk to PostgreSQL. */
const ownDrivers = [
  ...['pg', 'postgres', 'pg-promise', 'pg-native', 'slonik', '@neondatabase/serverless', '@vercel/postgres'],
  ...['psycopg', 'psycopg2', 'psycopg2-binary', 'asyncpg', 'pg8000', 'psycopg-binary', '@electric-sql/pglite'],
];
const otherDrivers: readonly (readonly [database: string, packages: readonly string[]])[] = [
  ['MySQL', ['mysql2', 'mysql', 'mariadb', 'mysqlclient', 'PyMySQL', 'aiomysql', 'trilogy']],
  ['SQL Server', ['tedious', 'mssql', 'pyodbc', 'pymssql', 'mssql-django']],
  ['SQLite', ['sqlite3', 'better-sqlite3', '@libsql/client']],
  ['Oracle', ['oracledb']],
];

/** The other database whose driver the manifest above a folder names, where it names none of PostgreSQL. */
export function databaseByDriver(
  directory: string,
  files: Pick<ProjectFiles, 'dependency'>,
): OtherDatabase | undefined {
  if (files.dependency(directory, ...ownDrivers) !== undefined) return undefined;
  for (const [database, packages] of otherDrivers)
    for (const word of packages)
      if (files.dependency(directory, word) !== undefined)
        return {
          database,
          word,
          why: `is for ${database}: the project has the driver ${word}, and none of PostgreSQL`,
        };
  return undefined;
}

/** More files than these say no more about a folder; they are taken from all over it, so that both ends count. */
const MOST_FILES = 60;

/** Some of many, evenly: always the same ones. */
export function sampleOf(paths: readonly string[]): readonly string[] {
  if (paths.length <= MOST_FILES) return paths;
  return Array.from({ length: MOST_FILES }, (_, index) => {
    const path = paths[Math.floor((index * (paths.length - 1)) / (MOST_FILES - 1))];
    return path ?? '';
  });
}

/** What one file says of its database. */
export interface FileSigns {
  readonly isPostgres: boolean;
  /** A form of another database: which, its words, and their line; of a script, whose lines nobody sees, no line. */
  readonly foreign: { readonly database: string; readonly word: string; readonly line: number | undefined } | undefined;
}

/** The beginning of a long file says it. */
const MOST_TEXT = 20_000;

/** Reads the signs of a file's text. */
export function signsOfFile(text: string): FileSigns {
  const head = text.slice(0, MOST_TEXT);
  if (isPostgresText(head)) return { isPostgres: true, foreign: undefined };
  const { refused, unknown } = foreignMarks(head);
  const mark = refused ?? unknown;
  if (!mark) return { isPostgres: false, foreign: undefined };
  const { start, end } = mark.span;
  const word = visibleLine(text.slice(start, end)).slice(0, 40);
  return {
    isPostgres: false,
    foreign: {
      database: mark.dialect,
      word,
      line: isScript(text) ? undefined : text.slice(0, start).split('\n').length,
    },
  };
}

/**
 * The other database that a file is written for, where more files of its folder say so than say PostgreSQL, and the
 * file itself does not object. In: the file, and the signs of all files of the folder, itself included.
 */
export function databaseBySigns(path: string, folder: ReadonlyMap<string, FileSigns>): OtherDatabase | undefined {
  if (folder.get(path)?.isPostgres) return undefined;
  let balance = 0;
  let first: string | undefined;
  for (const [each, { isPostgres, foreign }] of folder) {
    if (isPostgres) balance--;
    else if (foreign) {
      balance++;
      if (first === undefined || each === path) first = each;
    }
  }
  const mark = first === undefined ? undefined : folder.get(first)?.foreign;
  if (balance <= 0 || first === undefined || !mark) return undefined;
  const { line } = mark;
  const why =
    first === path
      ? `reads as ${mark.database} (${mark.word}${line === undefined ? '' : ` in line ${line}`})`
      : `reads as ${mark.database}, as ${visibleLine(baseName(first))}${line === undefined ? '' : `:${line}`} does (${mark.word})`;
  return { database: mark.database, word: mark.word, why };
}
