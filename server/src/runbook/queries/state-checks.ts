import type { Analysis } from '../../analysis/analyze.js';
import { releaseFiles } from '../../review/release.js';
import { constraintName } from '../../schema/names.js';
import type { SchemaState } from '../../schema/state.js';
import type { Action } from '../../sql/action.js';
import { quoteIdentifier, quoteLiteral } from '../../sql/quote.js';
import type { Query } from '../../page/page.js';
import { type Check, is } from './check.js';
import { column, constraint, defaultOf } from './column-checks.js';
import { droppedObject, enumValue, ofOther, other, partition, routine, trigger, type } from './object-checks.js';
import { gone, newIndex, relation, validIndex } from './relation-checks.js';

/**
 * One query that says for each object of a release whether it is as the release leaves it; undefined where nothing in
 * the catalog shows that. What a DO block or a function does may hang on conditions, so nothing is said of it.
 */
export function stateChecks(analyses: readonly Analysis[]): Query | undefined {
  const checks = new Map<string, Check>();
  for (const { analysis, bounds } of releaseFiles(analyses))
    analysis.walk(({ origin, statement, impact }, before) => {
      if (origin !== 'file' || impact.fails?.certain || statement.problem) return;
      for (const action of statement.actions)
        for (const check of checksFor(action, before, bounds.end)) checks.set(check.about, check);
    });
  if (checks.size === 0) return undefined;
  const rows = [...checks.values()].map(
    ({ what, holds }) => `SELECT ${quoteLiteral(what)} AS what, coalesce(${holds}, false) AS ok`,
  );
  return {
    title: 'Whether everything is as the migration leaves it',
    sql: `${rows.join('\nUNION ALL\n')};`,
    read: 'Every row says ok = t. A row with f: that object is missing or another one; look at its step.',
  };
}

function checksFor(action: Action, before: SchemaState, after: SchemaState): Check[] {
  switch (action.kind) {
    case 'createTable':
      return action.temporary ? [] : relation('table', action.table, 'r, p, f', after);
    case 'dropTable':
      return gone('table', action.table, after);
    case 'renameTable':
      return [
        ...gone('table', action.table, after),
        ...relation('table', { ...action.table, name: action.to }, 'r, p, f, v, m', after),
      ];
    case 'addColumn':
      return action.objectKind === undefined ? column(action.table, action.column.name, after) : [];
    case 'dropColumn':
      return action.objectKind === undefined ? column(action.table, action.column, after) : [];
    case 'alterColumnType':
    case 'setNotNull':
    case 'dropNotNull':
      return action.objectKind === undefined ? column(action.table, action.column, after) : [];
    case 'setDefault':
    case 'dropDefault':
      return action.objectKind === undefined ? defaultOf(action, after) : [];
    case 'renameColumn':
      return [...column(action.table, action.column, after), ...column(action.table, action.to, after)];
    case 'addConstraint': {
      const table = before.table(action.table);
      const name =
        action.constraint.name ?? (table?.complete ? constraintName(before, table, action.constraint) : undefined);
      return name === undefined || action.objectKind !== undefined ? [] : constraint(action.table, name, after);
    }
    case 'validateConstraint':
    case 'dropConstraint':
      return action.objectKind === undefined ? constraint(action.table, action.constraint, after) : [];
    case 'renameConstraint':
      return [...constraint(action.table, action.constraint, after), ...constraint(action.table, action.to, after)];
    case 'createIndex':
      return newIndex(action, before, after);
    case 'dropIndex':
      return gone('index', action.index, after);
    case 'reindex':
      return action.target === 'index' && action.object ? validIndex(action.object) : [];
    case 'createView':
      return action.temporary
        ? []
        : relation(
            action.materialized ? 'materialized view' : 'view',
            action.view,
            action.materialized ? 'm' : 'v',
            after,
          );
    case 'refreshMaterializedView':
      return relation('materialized view', action.view, 'm', after);
    case 'createSequence':
      return action.temporary ? [] : relation('sequence', action.sequence, 'S', after);
    case 'createFunction':
      return routine(action.procedure ? 'procedure' : 'function', action.function, action.arguments, true);
    case 'createTrigger':
      return trigger(action.table, action.trigger, after);
    case 'createEnum':
      return type('type', action.type, true);
    case 'createDomain':
      return type('domain', action.domain, true);
    case 'addEnumValue':
      return enumValue(action.type, action.value);
    case 'renameEnumValue':
      return enumValue(action.type, action.to);
    case 'createSchema':
      return [
        is(`schema ${action.schema}`, `to_regnamespace(${quoteLiteral(quoteIdentifier(action.schema))}) IS NOT NULL`),
      ];
    case 'createExtension':
      return [
        is(
          `extension ${action.extension}`,
          `EXISTS (SELECT FROM pg_extension WHERE extname = ${quoteLiteral(action.extension)})`,
        ),
      ];
    case 'attachPartition':
    case 'detachPartition':
      return partition(action, after);
    case 'alterTableOther':
      return other(action);
    case 'dropObject':
      return droppedObject(action, after);
    case 'other':
      return ofOther(action);
    default:
      return [];
  }
}
