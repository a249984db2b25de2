import { lex } from '../sql/lexer.js';
import type { Span } from '../sql/span.js';
import type { ParsedStatement, SqlDocument, Statement } from '../sql/statement.js';

/** A word that only another database understands. */
export interface ForeignMark {
  /** The database, as a person calls it. */
  readonly dialect: string;
  readonly span: Span;
}

/**
 * Forms that PostgreSQL's grammar refuses, each with the database that has them. The more telling ones come first:
 * backticks are MySQL's, and ClickHouse's as well.
 */
const refused: readonly (readonly [RegExp, string])[] = [
  [
    /\bENGINE\s*=\s*(?:\w*MergeTree\b|(?:Distributed|Kafka|Log|TinyLog|Memory|Null|Buffer)\b(?=\s*(?:[(;]|$)))/i,
    'ClickHouse',
  ],
  [/\bLowCardinality\s*\(|\bNullable\s*\(|\bDateTime64\s*\(|\bON\s+CLUSTER\b/i, 'ClickHouse'],
  [/\bAUTOINCREMENT\b|^\s*PRAGMA\b|\bWITHOUT\s+ROWID\b|\bCREATE\s+VIRTUAL\s+TABLE\b|\)\s*STRICT\s*$/im, 'SQLite'],
  [/\bINSERT\s+OR\s+(?:REPLACE|IGNORE|ABORT|FAIL|ROLLBACK)\b/i, 'SQLite'],
  [/\bAUTO_INCREMENT\b|\bENGINE\s*=\s*(?:InnoDB|MyISAM)\b|\bINT\s*\(\s*\d+\s*\)/i, 'MySQL'],
  [
    /(?<=\b(?:INT|INTEGER|DECIMAL|FLOAT|DOUBLE|(?:BIG|SMALL|TINY|MEDIUM)INT)\s*(?:\([\d,\s]+\)\s*)?)\bUNSIGNED\b/i,
    'MySQL',
  ],
  [
    /\bMODIFY\s+(?:COLUMN\s+)?\w+\s+\w+|\bCHANGE\s+COLUMN\b|\bDROP\s+(?:FOREIGN|PRIMARY)\s+KEY\b|^\s*RENAME\s+TABLE\b/im,
    'MySQL',
  ],
  [
    /\bINSERT\s+IGNORE\b|\bON\s+DUPLICATE\s+KEY\b|^\s*REPLACE\s+INTO\b|\bDROP\s+INDEX\s+\w+\s+ON\b|^\s*DELIMITER\b/im,
    'MySQL',
  ],
  [/\bADD\s+(?:UNIQUE\s+)?(?:INDEX|KEY)\b|\bDEFAULT\s+CHARSET\b|\bCHARACTER\s+SET\s*=|\bCOLLATE\s*=/i, 'MySQL'],
  [/\bON\s+UPDATE\s+CURRENT_TIMESTAMP\b/i, 'MySQL'],
  [
    /\[dbo\]|\bIDENTITY\s*\(\s*\d+\s*,\s*\d+\s*\)|\b(?:NON)?CLUSTERED\s+INDEX\b|\bPRIMARY\s+KEY\s+(?:NON)?CLUSTERED\b/i,
    'Transact-SQL',
  ],
  [
    /^\s*(?:IF\s+OBJECT_ID|IF\s+(?:NOT\s+)?EXISTS\s*\(|EXEC(?:UTE)?\s+sp_|USE\s+\[|GO\s*$)|\bSELECT\s+TOP\s*\(?\d/im,
    'Transact-SQL',
  ],
  [/\bNVARCHAR\s*\(\s*MAX\s*\)|\bCREATE\s+OR\s+ALTER\b|\[\w+\]\.\[\w+\]|\(\s*\[\w+\]\s/i, 'Transact-SQL'],
  [/\bVARCHAR2\s*\(\s*\d+\s*(?:BYTE|CHAR)\b|^\s*\/\s*$/im, 'Oracle'],
  [/\bcrdb_internal\b|\bINTERLEAVE\s+IN\b|\bBUCKET_COUNT\b|\bCONFIGURE\s+ZONE\b/i, 'CockroachDB'],
  [/`[\w-]+`/, 'MySQL or SQLite'],
];

/** Types and functions that PostgreSQL's grammar takes and that PostgreSQL does not have. */
const unknown: readonly (readonly [RegExp, string])[] = [
  [typeMark('TINYINT|MEDIUMINT|(?:LONG|MEDIUM|TINY)(?:TEXT|BLOB)'), 'MySQL'],
  [/\b(?:strftime|julianday|datetime)\s*\(|\bsqlite_(?:master|schema|sequence)\b/i, 'SQLite'],
  [typeMark('NVARCHAR|UNIQUEIDENTIFIER|DATETIME2|DATETIMEOFFSET'), 'Transact-SQL'],
  [/\bGETDATE\s*\(/i, 'Transact-SQL'],
  [/\bN?VARCHAR2\s*\(|\bNUMBER\s*\(\s*\d+/i, 'Oracle'],
  [typeMark('DATETIME'), 'MySQL'],
];

/** The type of a column, in CREATE TABLE or behind ADD; not a column of that name. */
function typeMark(types: string): RegExp {
  const name = '(?!(?:COLUMN|CONSTRAINT|PRIMARY|UNIQUE|FOREIGN|CHECK)\\b)\\w+';
  return new RegExp(`(?<=(?:[(,]\\s*|\\bADD\\s+(?:COLUMN\\s+)?)${name}\\s+)\\b(?:${types})\\b`, 'i');
}

/** What hardly any other database has. */
const postgres =
  /::\s*"?[a-z_]|\$\w*\$|\bCONCURRENTLY\b|\bjsonb\b|\btimestamptz\b|\bplpgsql\b|\bUSING\s+(?:gin|gist|brin|spgist|hnsw|ivfflat)\b|\bbytea\b|\bpg_catalog\b|\bCREATE\s+(?:EXTENSION|DOMAIN)\b|\bNOT\s+VALID\b|\w\[\]|\bgen_random_uuid\b|\buuid_generate_v\d|\bnextval\s*\(|\b(?:big|small)?serial\b|\bWITH(?:OUT)?\s+TIME\s+ZONE\b/i;

/** True for a text with something in it that hardly any other database has. */
export function isPostgresText(text: string): boolean {
  return postgres.test(text);
}

/** The forms of another database in a text. */
export interface ForeignMarks {
  /** What PostgreSQL's grammar refuses. */
  readonly refused: ForeignMark | undefined;
  /** A type or function that PostgreSQL does not have unless somebody has made it. */
  readonly unknown: ForeignMark | undefined;
}

/** Reads the marks of a text. Words in comments, strings and quoted names are none. */
export function foreignMarks(text: string): ForeignMarks {
  const isMarked = [...refused, ...unknown].some(([mark]) => mark.test(text));
  if (!isMarked) return noMarks;
  const code = codeOf(text);
  return { refused: firstMark(refused, code), unknown: firstMark(unknown, code) };
}

const noMarks: ForeignMarks = { refused: undefined, unknown: undefined };

/** The text with blanks in the place of comments, strings and quoted names. */
function codeOf(text: string): string {
  let code = '';
  let end = 0;
  for (const token of lex(text)) {
    if (!blank.has(token.kind)) continue;
    code += text.slice(end, token.start) + ' '.repeat(token.end - token.start);
    end = token.end;
  }
  return code + text.slice(end);
}

const blank: ReadonlySet<string> = new Set(['string', 'quoted', 'lineComment', 'blockComment', 'bad']);

function firstMark(marks: readonly (readonly [RegExp, string])[], code: string): ForeignMark | undefined {
  for (const [mark, dialect] of marks) {
    const found = mark.exec(code);
    if (!found) continue;
    const lead = /^\s*/.exec(found[0])?.[0].length ?? 0;
    return { dialect, span: { start: found.index + lead, end: found.index + found[0].trimEnd().length } };
  }
  return undefined;
}

/** More statements than these say no more about the database. */
const MOST_STATEMENTS = 200;

const known = new WeakMap<ParsedStatement, ForeignMarks>();

function marksOf(parsed: ParsedStatement): ForeignMarks {
  const marks = known.get(parsed) ?? foreignMarks(parsed.text);
  known.set(parsed, marks);
  return marks;
}

/**
 * The other database that a file is written for, by the file alone: a statement that does not parse has a form that
 * only that database has, and either half of the statements do not parse, or there are two such and nothing that is
 * PostgreSQL's. A PostgreSQL file with one broken statement is never taken for foreign.
 */
export function foreignDialect(document: SqlDocument): ForeignMark | undefined {
  const statements = document.statements.slice(0, MOST_STATEMENTS);
  const broken = statements.filter(({ parsed }) => parsed.problem !== undefined);
  if (broken.length === 0) return undefined;
  const markOf = ({ parsed }: Statement): ForeignMark | undefined => marksOf(parsed).refused ?? marksOf(parsed).unknown;
  const marked = broken.filter((statement) => markOf(statement) !== undefined);
  const [first] = marked;
  const mark = first && markOf(first);
  if (!first || !mark) return undefined;
  const isMostlyBroken = broken.length * 2 >= statements.length;
  const isPostgres = (): boolean =>
    statements.some(({ parsed }) => parsed.problem === undefined && isPostgresText(parsed.text));
  if (!isMostlyBroken && (marked.length < 2 || isPostgres())) return undefined;
  const { start } = first.span;
  return { dialect: mark.dialect, span: { start: start + mark.span.start, end: start + mark.span.end } };
}
