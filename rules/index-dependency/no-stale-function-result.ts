import { volatileFunctions } from '../../server/src/impact/builtin-functions.js';
import { inWords, refsOf } from '../../server/src/impact/object-refs.js';
import { runnersOf } from '../../server/src/schema/dependents/code.js';
import type { DependentObject } from '../../server/src/schema/dependents/model.js';
import { sameArguments } from '../../server/src/schema/functions.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import type { Action, CreateFunction } from '../../server/src/sql/action.js';
import { bodyTokens } from '../../server/src/sql/body-uses.js';
import { defineRule, type Report, type RuleContext } from '../engine/define-rule.js';
import { leadingWords, listed, nameOf } from '../engine/words.js';

/** OR REPLACE computes nothing anew: what an index, a generated column or a CHECK has stored or proven stays (measured). */
export default defineRule({
  meta: {
    id: 'no-stale-function-result',
    category: 'index-dependency',
    severity: 'warning',
    summary: 'Rebuild what stores the results of a function when its body changes.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/xfunc-volatility.html'],
    messages: {
      stale:
        '{function} gets another body, and {stored} {keep} what the old one has computed: {harm}. PostgreSQL computes nothing anew by itself.\n{advice}',
      changing:
        '{function} is said to be IMMUTABLE, and its body {does}: PostgreSQL takes its word, so that an index or a generated column keeps a result that is no longer true, and queries through the index miss rows.\n{advice}',
    },
  },

  check: {
    createFunction: (action, context) => [...stale(action, context), ...changing(action, context)],
  },
});

type Id = 'stale' | 'changing';

/** The time of the transaction or of the statement, and settings of the session: STABLE, never the same for ever. */
const passing = new Set(['now', 'transaction_timestamp', 'statement_timestamp', 'current_setting']);

/** A body in SQL that is certain to give other results another time, though the function is IMMUTABLE. */
function changing(action: CreateFunction, { before, statement, runsLater }: RuleContext): Report<Id>[] {
  if (action.volatility !== 'immutable' || action.language !== 'sql' || runsLater) return [];
  const selects = statement.embedded.flatMap(({ parsed }) => parsed.actions.filter((each) => each.kind === 'select'));
  const calls = [...(action.body?.calls ?? []), ...selects.flatMap((each) => each.calls.map((one) => one.function))];
  const call = calls.find(
    (each) =>
      (each.schema === undefined || each.schema === 'pg_catalog') &&
      (volatileFunctions.has(each.name) || passing.has(each.name)) &&
      !before.function(each),
  );
  const [read] = [...(action.body?.reads ?? []), ...selects.flatMap(({ reads }) => reads)];
  if (!call && !read) return [];
  const isVolatile = call !== undefined && volatileFunctions.has(call.name);
  return [
    {
      at: action.function.span ?? leadingWords(statement),
      message: 'changing',
      // Many read a table that never changes.
      ...(call ? {} : { severity: 'info' as const }),
      data: {
        function: nameOf(action.function),
        does: call ? `calls ${call.name}()` : `reads ${read ? nameOf(read) : 'a table'}`,
        advice: isVolatile
          ? 'Say VOLATILE, and keep it out of indexes and generated columns.'
          : 'Say STABLE, and keep it out of indexes and generated columns.',
      },
    },
  ];
}

function stale(action: CreateFunction, context: RuleContext): Report<Id>[] {
  const { before, statement, runsLater } = context;
  if (!action.replace || runsLater) return [];
  const known = before.function(action.function);
  const old = known?.overloads.find((each) => sameArguments(each.arguments, action.arguments))?.written;
  if (!known || old === undefined || bodyTokens(old) === bodyTokens(statement.text)) return [];
  const stored = runnersOf(known, before).callers.filter((each) => isStored(each, before) && !isRenewed(each, context));
  if (stored.length === 0) return [];
  return [
    {
      at: action.function.span ?? leadingWords(statement),
      message: 'stale',
      data: {
        function: nameOf(action.function),
        stored: inWords(refsOf(stored, before)),
        keep: stored.length === 1 ? 'keeps' : 'keep',
        harm: listed(harms(stored)),
        advice: advices(stored, before).join(' '),
      },
    },
  ];
}

type Kind = 'index' | 'column' | 'table constraint';

function isOf(kind: Kind): (each: DependentObject) => boolean {
  return (each) => each.kind === kind;
}

/** True for what keeps results of rows that are there: not for a virtual column, which is computed when it is read. */
function isStored({ kind, on, name }: DependentObject, before: SchemaState): boolean {
  const table = on === undefined ? undefined : before.tableByKey(on);
  if (!table || before.isNew(table)) return false;
  if (kind === 'column') return table.columns.get(name)?.generated?.storage === 'stored';
  return kind === 'index' || (kind === 'table constraint' && table.constraints.get(name)?.validated === true);
}

/** True for what the file makes anew behind it. */
function isRenewed({ kind, name, on }: DependentObject, { before, later }: RuleContext): boolean {
  const table = before.relationByKey(on ?? '');
  const behind: Action[] = [
    ...later.naming(name),
    ...(table ? later.naming(table.name) : []),
    ...later.actions('reindex'),
  ];
  return behind.some((each) => {
    switch (each.kind) {
      case 'reindex':
        return (
          kind === 'index' &&
          (!each.object || each.object.name === name || each.object.name === table?.name || each.target === 'schema')
        );
      case 'dropIndex':
        return kind === 'index' && each.index.name === name;
      case 'dropConstraint':
        return kind === 'table constraint' && each.constraint === name;
      case 'dropColumn':
        return kind === 'column' && each.column === name;
      case 'alterTableOther':
        return kind === 'column' && each.subcommand === 'setExpression' && each.name === name;
      case 'update':
        return kind === 'column' && before.relation(each.table)?.key === on;
      case 'dropTable':
        return before.relation(each.table)?.key === on;
      default:
        return false;
    }
  });
}

function harms(stored: readonly DependentObject[]): string[] {
  return [
    ...(stored.some(isOf('index')) ? ['queries through an index miss rows or find wrong ones'] : []),
    ...(stored.some(isOf('column')) ? ['rows show the old values until they are updated'] : []),
    ...(stored.some(isOf('table constraint'))
      ? ['rows that the new body refuses stay, and fail at their next UPDATE']
      : []),
  ];
}

function advices(stored: readonly DependentObject[], before: SchemaState): string[] {
  const names = (kind: Kind): string => listed(stored.filter(isOf(kind)).map(({ name }) => name));
  const tables = [
    ...new Set(stored.filter(isOf('column')).map(({ on }) => before.relationByKey(on ?? '')?.name ?? '')),
  ];
  return [
    ...(stored.some(isOf('index')) ? [`Run REINDEX INDEX CONCURRENTLY for ${names('index')} behind this file.`] : []),
    ...(stored.some(isOf('column')) ? [`Update the rows of ${listed(tables)} in batches behind this file.`] : []),
    ...(stored.some(isOf('table constraint'))
      ? [`Drop ${names('table constraint')}, add it again as NOT VALID, and validate it.`]
      : []),
  ];
}
