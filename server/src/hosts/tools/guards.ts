import type { Expression } from '../code.js';
import { markOf, unplaced } from './placed.js';

// Conditions around a call: what can be said of them without running anything.

export type Verdict =
  /** It runs. */
  | 'always'
  | 'never'
  /** It runs where what it makes is not there yet. */
  | 'if-absent'
  /** It runs where what it takes away is there. */
  | 'if-present'
  | 'unknown';

const asksForExistence =
  /_exists\?|\bexists\(|\b\w+_exists\(|\bhas_(?:table|column|index|constraint)|\bget_(?:table_names|columns|indexes|view_names|foreign_keys|unique_constraints)\b|\bextension_enabled\?|\bdata_source_exists|\b(?:not )?in \w*(?:column|table|index|constraint|fk|existing|cols)\w*$/i;

/** What a condition says; `source` is the text of the file. */
export function judgeCondition(condition: Expression, source: string): Verdict {
  let isTurned = false;
  let inner = condition;
  while (inner.kind === 'not') {
    isTurned = !isTurned;
    inner = inner.value;
  }
  if (inner.kind === 'boolean') return inner.value === isTurned ? 'never' : 'always';
  const text = textOf(inner, source);
  if (/\s(?:and|or)\s|&&|\|\|/.test(text)) return 'unknown';
  const database = asksForPostgres(text);
  if (database !== undefined) return database === isTurned ? 'never' : 'always';
  if (/\bis_offline_mode\(\)$/.test(text)) return isTurned ? 'always' : 'never';
  if (!asksForExistence.test(text)) return 'unknown';
  const isAbsent = /\bnot in\b/.test(text) || /\b(?:is None|== ?None|\.nil\?)/.test(text);
  return isAbsent === isTurned ? 'if-present' : 'if-absent';
}

/** What is asked, as it is written; `case x when y` asks for x == y. */
function textOf(condition: Expression, source: string): string {
  const isCase = condition.kind === 'call' && condition.callee.kind === 'name' && condition.callee.name === '===';
  if (!isCase) return source.slice(condition.span.start, condition.span.end);
  return condition.args.map(({ value: { span } }) => source.slice(span.start, span.end)).join(' == ');
}

/** True for a condition that holds on PostgreSQL, false for one that does not; undefined for another. */
function asksForPostgres(text: string): boolean | undefined {
  if (!/dialect|vendor|adapter|ENGINE|postgres|sqlite|mysql/i.test(text)) return undefined;
  const named = /postgres|sqlite|mysql|mariadb|oracle|mssql|sql_?server|trilogy/i.exec(text);
  if (!named || !/dialect|vendor|adapter|bind|conn|ENGINE|\?$|\bis_\w+\(/i.test(text)) return undefined;
  const isOurs = /^postgres/i.test(named[0]);
  if (isOurs === false && /postgres/i.test(text)) return undefined;
  return /!=|\bnot in\b|!~/.test(text) ? !isOurs : isOurs;
}

/** What several conditions say together. */
export function judgeConditions(conditions: readonly Expression[], source: string): Verdict {
  const verdicts = conditions.map((each) => judgeCondition(each, source)).filter((each) => each !== 'always');
  if (verdicts.includes('never')) return 'never';
  const [first, ...others] = verdicts;
  if (first === undefined) return 'always';
  return others.every((each) => each === first) ? first : 'unknown';
}

const absent: readonly (readonly [RegExp, string])[] = [
  [/^CREATE TABLE (?!IF NOT)/, 'CREATE TABLE IF NOT EXISTS '],
  [/^(CREATE (?:UNIQUE )?INDEX (?:CONCURRENTLY )?)(?!IF NOT)/, '$1IF NOT EXISTS '],
  [/^(ALTER TABLE \S+ ADD COLUMN )(?!IF NOT)/, '$1IF NOT EXISTS '],
  [/^CREATE EXTENSION (?!IF NOT)/, 'CREATE EXTENSION IF NOT EXISTS '],
  [/^CREATE SCHEMA (?!IF NOT)/, 'CREATE SCHEMA IF NOT EXISTS '],
];
const present: readonly (readonly [RegExp, string])[] = [
  [/^DROP TABLE (?!IF )/, 'DROP TABLE IF EXISTS '],
  [/^(DROP INDEX (?:CONCURRENTLY )?)(?!IF )/, '$1IF EXISTS '],
  [/^(ALTER TABLE \S+ DROP (?:COLUMN|CONSTRAINT) )(?!IF )/, '$1IF EXISTS '],
  [/^(DROP (?:EXTENSION|SCHEMA|TYPE) )(?!IF )/, '$1IF EXISTS '],
];

/** A statement that does the same where the guard holds and nothing where not; undefined where PostgreSQL has no form. */
export function guarded(sql: string, verdict: 'if-absent' | 'if-present'): string | undefined {
  if (/ IF (?:NOT )?EXISTS /.test(sql)) return sql;
  const mark = markOf(sql);
  // A mark within is given up where the words go over it.
  const bare = mark === '' ? unplaced(sql).sql : sql.slice(mark.length);
  for (const [form, written] of verdict === 'if-absent' ? absent : present)
    if (form.test(bare)) return mark + bare.replace(form, written);
  return undefined;
}
