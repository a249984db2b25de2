import { nameOf, type Token } from '../lexer.js';
import {
  beforeExpression,
  columnsOf,
  functions,
  indexes,
  nothing,
  readable,
  tables,
  types,
  views,
  type Wanted,
} from './wanted.js';
import { ofQuery } from './wanted-in-query.js';
import { isName, type NamedRelation, nameFrom, relationsIn, subjectOf, wordOf } from './words.js';

/** Words that may stand between what is done and the name of what it is done to. */
const between = new Set(['IF', 'EXISTS', 'ONLY', 'CONCURRENTLY']);

/** A statement around the cursor, as words. */
export interface Around {
  /** Those before the word that is typed; comments and a qualifier ("t.") left out. */
  readonly before: readonly Token[];
  /** Those behind it, to the end of the statement. */
  readonly after: readonly Token[];
}

/** What can stand behind some words of a statement; nothing where a new name stands, or anything may. */
export function wantedAt({ before, after }: Around): readonly Wanted[] {
  let end = before.length;
  while (end > 0 && between.has(wordOf(before[end - 1]))) end--;
  const stripped = before.slice(end);
  // IF NOT EXISTS stands before a new name.
  if (wordOf(before[end - 1]) === 'NOT' && stripped.length > 0) return nothing;
  const key = before.slice(0, end);
  const last = key.at(-1);
  const head = wordOf(before[0]);
  // IF by itself goes on with EXISTS; in a block it begins a condition.
  if (last === undefined || (wordOf(before.at(-1)) === 'IF' && before.length > 1)) return nothing;
  if (last.kind === 'operator' && last.text === '::') return [types];
  const inBrackets = brackets(key);
  if (inBrackets) {
    const found = wantedInBrackets(key, inBrackets, after);
    if (found) return found;
  }
  const all = [...before, ...after];
  const byWord = head === 'ALTER' || head === 'CREATE' || head === 'DROP' ? ofSchema(key, all) : undefined;
  return byWord ?? ofQuery(key, all) ?? nothing;
}

/** Indexes of the bracket that is open at the end, outermost first; undefined where none is. */
function brackets(tokens: readonly Token[]): readonly number[] | undefined {
  const open: number[] = [];
  tokens.forEach(({ kind }, index) => {
    if (kind === 'open') open.push(index);
    else if (kind === 'close') open.pop();
  });
  return open.length === 0 ? undefined : open;
}

/** Undefined where the bracket says nothing, and what stands around it decides. */
function wantedInBrackets(
  key: readonly Token[],
  open: readonly number[],
  after: readonly Token[],
): readonly Wanted[] | undefined {
  const at = open.at(-1) ?? 0;
  const outer = key.slice(0, at);
  const inside = key.slice(at + 1);
  const [head, last] = [wordOf(key[0]), wordOf(outer.at(-1))];
  // A query in brackets is one anywhere.
  if (['SELECT', 'WITH'].includes(wordOf(inside[0]))) return undefined;
  const isTable = head === 'CREATE' && isCreateTable(key);
  const isFirst = inside.length === 0 || inside.at(-1)?.kind === 'comma';
  const subject = isTable ? undefined : subjectOf([...key, ...after]);
  const own = (): Wanted[] =>
    isTable
      ? [{ what: 'words', names: columnsMade(key, open[0] ?? at), detail: 'column of this table' }]
      : subject
        ? [columnsOf(subject)]
        : [];

  const reference = referenceBefore(outer);
  if (reference) return isFirst ? [columnsOf(reference)] : nothing;
  if (['KEY', 'UNIQUE', 'INCLUDE'].includes(last) && head !== 'SELECT') return isFirst ? own() : nothing;
  // FROM (a JOIN b …)
  const plain = outer.filter((token, index) => token.kind !== 'open' || outer.slice(index).some(isName));
  if (inside.length === 0 && ['FROM', 'JOIN'].includes(wordOf(plain.at(-1)))) return [readable];
  const isCheck = open.some((index) => wordOf(key[index - 1]) === 'CHECK');
  if (isCheck && (isTable || head === 'ALTER')) return isExpression(inside) ? [...own(), functions] : nothing;
  if (last === 'INHERITS') return isFirst ? [tables] : nothing;
  if (last === 'VALUES') return nothing;
  if (head === 'INSERT' && isInsertList(outer)) {
    const [target] = relationsIn(outer);
    return isFirst && target ? [columnsOf(target)] : nothing;
  }
  if (last === 'CONFLICT') {
    const [target] = relationsIn(outer);
    return target ? [columnsOf(target)] : nothing;
  }
  if (head === 'CREATE' && isIndex(key) && subject) {
    const isWhere = outer.some((each) => wordOf(each) === 'WHERE');
    if (isWhere || open.length > 1) return isExpression(inside) ? [columnsOf(subject), functions] : nothing;
    return isFirst ? [columnsOf(subject), functions] : nothing;
  }
  if (head === 'CREATE' && open.some((index) => wordOf(key[index - 1]) === 'WHEN'))
    return isExpression(inside) ? [{ what: 'words', names: ['new', 'old'], detail: 'row of the trigger' }] : nothing;
  if (head === 'CREATE' && wordOf(key[1]) === 'POLICY' && subject)
    return isExpression(inside) ? [columnsOf(subject), functions] : nothing;
  if (isTable && open.length === 1) return inTableList(inside);
  if (['COPY', 'VACUUM', 'ANALYZE'].includes(head) && open.length === 1 && subject && outer.length > 1)
    return isFirst ? [columnsOf(subject)] : nothing;
  // cast(x AS type)
  if (last === 'CAST' && wordOf(key.at(-1)) === 'AS') return [types];
  return undefined;
}

/** The table of "REFERENCES t (" at the end. */
function referenceBefore(outer: readonly Token[]): NamedRelation | undefined {
  for (const back of [2, 4]) {
    const at = outer.length - back;
    if (wordOf(outer[at]) !== 'REFERENCES') continue;
    const named = nameFrom(outer, at + 1);
    if (named && named.next === outer.length) return { ...named, alias: named.name };
  }
  return undefined;
}

function isInsertList(outer: readonly Token[]): boolean {
  const into = outer.findIndex((each) => wordOf(each) === 'INTO');
  const named = into < 0 ? undefined : nameFrom(outer, into + 1);
  if (!named) return false;
  const next = wordOf(outer[named.next]) === 'AS' ? named.next + 2 : named.next;
  return next === outer.length;
}

function isCreateTable(tokens: readonly Token[]): boolean {
  const at = tokens.findIndex((each) => wordOf(each) === 'TABLE');
  return at > 0 && at < 4;
}

function isIndex(tokens: readonly Token[]): boolean {
  return tokens.slice(1, 3).some((each) => wordOf(each) === 'INDEX');
}

/** Whether an expression may go on with a name. */
function isExpression(inside: readonly Token[]): boolean {
  const last = inside.at(-1);
  if (!last || last.kind === 'comma' || last.kind === 'open') return true;
  return last.kind === 'operator' ? last.text !== '::' : beforeExpression.has(wordOf(last));
}

/** An element of the list of CREATE TABLE: a new name first, then its type. */
function inTableList(inside: readonly Token[]): readonly Wanted[] {
  let from = 0;
  let depth = 0;
  inside.forEach(({ kind }, index) => {
    if (kind === 'open') depth++;
    else if (kind === 'close') depth--;
    else if (kind === 'comma' && depth === 0) from = index + 1;
  });
  const element = inside.slice(from);
  const first = wordOf(element[0]);
  const last = wordOf(element.at(-1));
  if (last === 'REFERENCES' || (first === 'LIKE' && element.length === 1)) return [tables];
  if (last === 'DEFAULT') return [functions];
  const isConstraint = ['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN', 'EXCLUDE', 'LIKE'].includes(first);
  return element.length === 1 && !isConstraint ? [types] : nothing;
}

/** The columns of a CREATE TABLE as far as they are written. */
function columnsMade(key: readonly Token[], open: number): string[] {
  const names: string[] = [];
  let depth = 0;
  for (let index = open; index < key.length; index++) {
    const token = key[index];
    if (token?.kind === 'open') depth++;
    else if (token?.kind === 'close') depth--;
    const begins = depth === 1 && (token?.kind === 'comma' || index === open);
    const name = key[index + 1];
    if (!begins || !isName(name)) continue;
    if (!['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN', 'EXCLUDE', 'LIKE'].includes(wordOf(name)))
      names.push(nameOf(name));
  }
  return names;
}

/** Of ALTER, CREATE and DROP; undefined where a query inside decides. */
function ofSchema(key: readonly Token[], all: readonly Token[]): readonly Wanted[] | undefined {
  const [head, second] = [wordOf(key[0]), wordOf(key[1])];
  const [last, former, third] = [wordOf(key.at(-1)), wordOf(key.at(-2)), wordOf(key.at(-3))];
  const isNew = head === 'CREATE' && key.length <= 4;
  const isReplace = isNew && former === 'REPLACE';
  const subject = subjectOf(all);
  switch (last) {
    case 'TABLE':
      return isNew ? nothing : [tables];
    case 'INDEX':
      if (former === 'USING' && subject) return [{ what: 'indexes', of: subject }];
      return isNew ? nothing : [indexes];
    case 'VIEW':
      return isNew && !isReplace ? nothing : [views];
    case 'SEQUENCE':
      return isNew ? nothing : [{ what: 'relations', kinds: 'sequences' }];
    case 'TYPE':
      if (isNew) return nothing;
      return key.length === 2 ? [{ what: 'types', builtIn: false }] : [types];
    case 'DOMAIN':
      return isNew ? nothing : [{ what: 'types', builtIn: false }];
    case 'FUNCTION':
    case 'PROCEDURE':
      if (former === 'EXECUTE') return [{ what: 'functions', triggers: true }];
      return isNew && !isReplace ? nothing : [functions];
    case 'REFERENCES':
    case 'INHERIT':
    case 'PARTITION':
      return last === 'PARTITION' && !['ATTACH', 'DETACH'].includes(former) ? nothing : [tables];
    case 'OF':
      return former === 'PARTITION' ? [tables] : nothing;
    case 'ON':
      if (former === 'CLUSTER' && subject) return [{ what: 'indexes', of: subject }];
      if (head === 'ALTER' || isCreateTable(key)) return nothing;
      if (second === 'VIEW' || second === 'MATERIALIZED') return undefined;
      if (isIndex(key)) return [{ what: 'relations', kinds: 'rows' }];
      return [['TRIGGER', 'RULE'].includes(second) ? readable : tables];
    case 'RETURNS':
    case 'SETOF':
      return [types];
    case 'DEFAULT':
      return [functions];
    case 'BY':
      return former === 'OWNED' ? [tables] : subject && !isCreateTable(key) ? [columnsOf(subject)] : undefined;
    default:
      break;
  }
  // DROP TABLE a, b
  if (head === 'DROP' && key.at(-1)?.kind === 'comma')
    return ofSchema(key.slice(0, second === 'MATERIALIZED' ? 3 : 2), all);
  if (head === 'ALTER' && subject) {
    const found = inAlterTable(key, { last, former, third }, subject);
    if (found) return found;
  }
  if (head === 'CREATE' && isIndex(key) && subject && key.some((each) => wordOf(each) === 'WHERE'))
    return isExpression(key) ? [columnsOf(subject), functions] : nothing;
  // What stands behind SELECT is a query.
  return key.some((each) => wordOf(each) === 'SELECT') ? undefined : nothing;
}

function inAlterTable(
  key: readonly Token[],
  { last, former, third }: { readonly last: string; readonly former: string; readonly third: string },
  subject: NamedRelation,
): readonly Wanted[] | undefined {
  const isVerb = ['DROP', 'ALTER', 'RENAME'];
  if (last === 'COLUMN') return isVerb.includes(former) ? [columnsOf(subject)] : nothing;
  if (last === 'CONSTRAINT') {
    const isThere = ['DROP', 'VALIDATE', 'ALTER', 'RENAME'].includes(former);
    return isThere ? [{ what: 'constraints', of: subject, notValid: former === 'VALIDATE' }] : nothing;
  }
  // The first ALTER is that of the statement.
  if (isVerb.includes(last) && key.length > 1) return [columnsOf(subject)];
  // ADD [COLUMN] name, ADD COLUMN IF NOT EXISTS name
  const isNamed =
    isName(key.at(-1)) && !['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'FOREIGN', 'CHECK', 'EXCLUDE'].includes(last);
  if (isNamed && (former === 'ADD' || (former === 'COLUMN' && third === 'ADD') || isBehindIfNotExists(key)))
    return [types];
  if (last === 'USING') return [columnsOf(subject), functions];
  return undefined;
}

/** ADD COLUMN IF NOT EXISTS name. */
function isBehindIfNotExists(key: readonly Token[]): boolean {
  const words = key.slice(-6, -1).map(wordOf);
  return words.join(' ').endsWith('ADD COLUMN IF NOT EXISTS');
}
