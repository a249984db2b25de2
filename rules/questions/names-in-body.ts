import { isBuiltIn } from '../../server/src/impact/volatility.js';
import { wellKnownTypes } from '../../server/src/schema/well-known-types.js';
import { dependentsOf } from '../../server/src/schema/note-dependents.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import type { UsedName } from '../../server/src/sql/action.js';
import { type BodyUses, bodyUses } from '../../server/src/sql/body-uses.js';
import { isReservedWord } from '../../server/src/sql/keywords.js';
import { lex, withoutComments } from '../../server/src/sql/lexer.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';

/** What a body looks for along the search_path. */
export interface NamesAlongPath {
  /** The relations without a schema, each once. */
  readonly relations: readonly string[];
  /** The value of search_path with which the body finds the same; undefined where nobody can be sure of one. */
  readonly path: string | undefined;
}

/**
 * In: a CREATE FUNCTION, the state before it, and the schemas besides public that a session of the project looks into.
 * Out: undefined for a body that cannot be read, or puts its SQL together while it runs.
 */
export function namesAlongPath(
  statement: ParsedStatement,
  before: SchemaState,
  beside: readonly string[],
): NamesAlongPath | undefined {
  const uses = bodyUses(statement.text);
  if (!uses || statement.dynamic.some(({ origin }) => origin === 'function')) return undefined;
  const named = [...uses.queries.flatMap((query) => query.relations), ...uses.columns.map(({ relation }) => relation)];
  const relations = unqualified(named).filter((name) => !isOfCatalog(name));
  return { relations: relations.map(({ name }) => name), path: pathFor(uses, named, relations, before, beside) };
}

function pathFor(
  uses: BodyUses,
  named: readonly UsedName[],
  relations: readonly UsedName[],
  before: SchemaState,
  beside: readonly string[],
): string | undefined {
  const calls = unqualified(uses.calls).filter((call) => !isBuiltIn(call) && !isWord(call.name));
  const types = unqualified(uses.types).filter(({ name }) => !wellKnownTypes.has(name) && !otherTypes.has(name));
  if (relations.length + calls.length + types.length === 0 && isSelfContained(uses, named, before)) return "''";
  const homes = new Set<string>();
  for (const name of relations) {
    const home = before.relation(name)?.schema;
    // A table that no file makes may stand in any schema.
    if (home === undefined || home === 'pg_temp') return undefined;
    homes.add(home);
  }
  for (const name of [...calls, ...types]) {
    const home = before.function(name)?.schema ?? before.type(name)?.schema;
    if (home !== undefined) homes.add(home);
  }
  // What else is looked for, by functions that it calls as well, stands where every session of the project looks.
  const isUsual = before.hasDefaultPath && [...homes].every((home) => home === 'public');
  return isUsual && !reachesElsewhere(uses, named, before)
    ? ['pg_catalog', 'public', ...beside, 'pg_temp'].join(', ')
    : undefined;
}

/**
 * True where it runs functions of the project that stand in other schemas than public: those may look for names there,
 * along a path that the project's own sessions have.
 */
function reachesElsewhere(uses: BodyUses, named: readonly UsedName[], before: SchemaState): boolean {
  const calls = uses.calls.flatMap((call) => before.function(call) ?? []);
  const fired = named.flatMap((name) => {
    const table = before.table(name);
    return table ? dependentsOf(before, table).filter(({ kind, on }) => kind === 'trigger' && on === table.key) : [];
  });
  const triggered = fired.flatMap((trigger) =>
    trigger.function === undefined ? [] : (before.functionByKey(trigger.function) ?? []),
  );
  return [...calls, ...triggered].some(
    ({ schema, overloads }) => schema !== 'public' && overloads.some(({ routine }) => typeof routine.path !== 'object'),
  );
}

/**
 * True where nothing that the body runs can depend on the path: it calls no function of the user's, fires no trigger, and
 * compares values of types that PostgreSQL itself has.
 */
function isSelfContained(uses: BodyUses, named: readonly UsedName[], before: SchemaState): boolean {
  if (uses.calls.some((call) => !isBuiltIn(call) && !(call.schema === undefined && isWord(call.name)))) return false;
  if (uses.row.size > 0 && comparesRows(uses.text)) return false;
  return named.every((name) => {
    if (isOfCatalog(name)) return true;
    const table = before.table(name);
    if (!table?.complete || table.partitionBy || table.inherits.length > 0) return false;
    const isPlain = [...table.columns.values()].every(
      ({ type }) =>
        (type && (type.schema === undefined ? wellKnownTypes.has(type.name) : false)) ||
        before.type(type ?? nothing)?.kind === 'enum',
    );
    return isPlain && !dependentsOf(before, table).some(({ kind }) => kind === 'trigger' || kind === 'rule');
  });
}

const nothing = { schema: undefined, name: '' };

/** Operators beside those of JSON stand in the text, which may be those of a type that an extension brings. */
function comparesRows(text: string): boolean {
  return withoutComments(lex(text)).some(({ kind, text: sign }) => kind === 'operator' && !plainSigns.has(sign));
}

const plainSigns: ReadonlySet<string> = new Set([':=', '=>', '::', '->', '->>', '#>', '#>>', '*', '%']);

function unqualified(names: readonly UsedName[]): UsedName[] {
  const seen = new Map<string, UsedName>();
  for (const name of names) if (name.schema === undefined) seen.set(name.name, name);
  return [...seen.values()];
}

function isOfCatalog({ schema, name }: UsedName): boolean {
  return schema === 'pg_catalog' || schema === 'information_schema' || (schema === undefined && name.startsWith('pg_'));
}

/** Words of SQL and PL/pgSQL in front of a bracket. */
function isWord(name: string): boolean {
  return isReservedWord(name) || languageWords.has(name);
}

const languageWords: ReadonlySet<string> = new Set(
  'if elsif while return perform raise exception execute over filter within key conflict by set update insert delete returns next query exit continue case loop begin declare array row constant alias'.split(
    ' ',
  ),
);

/** As people write them, and those that are none of a table's. */
const otherTypes: ReadonlySet<string> = new Set(
  'integer int bigint smallint boolean real double float decimal character char record trigger void refcursor regclass regtype regproc name oid cidr macaddr bit anyelement anyarray json'.split(
    ' ',
  ),
);
