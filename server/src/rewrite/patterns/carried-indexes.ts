import type { Index, Table } from '../../schema/model.js';
import { buildName } from '../../schema/own-names.js';
import { onceBuilt } from '../../schema/safe-statements.js';
import type { SchemaState } from '../../schema/state.js';
import type { ObjectName } from '../../sql/action.js';
import { objectSql, qualify, quoteIdentifier, quoteLiteral } from '../../sql/quote.js';
import { createIndexSql, refuseSettings } from './index-sql.js';
import { alterTable, harmless, type Phase, type PhaseStatement, short, slugOf, unbounded } from '../plan.js';

/** An index of a column that another takes the place of: built for the new column, then named as the old one was. */
export interface CarriedIndex {
  /** Its name, or that of its constraint. */
  readonly name: string;
  readonly build: Phase;
  /** What gives it the name, when the old column has gone and the old index with it. */
  readonly swap: readonly PhaseStatement[];
}

/**
 * The indexes of a column that can be built for another one: plain ones of columns, and those of UNIQUE constraints.
 * What has a predicate, an expression or settings of its own is left out, and stands in the way then.
 */
export function carriedIndexes(
  table: ObjectName,
  known: Table,
  state: SchemaState,
  from: string,
  to: string,
): CarriedIndex[] {
  return [...known.indexes].flatMap((key) => {
    const index = state.relationByKey(key);
    if (index?.kind !== 'index' || ![...index.columns, ...index.include].includes(from)) return [];
    return isPlain(index, known) ? [carried(table, index, state, from, to)] : [];
  });
}

function isPlain({ predicate, expressions, constraint }: Index, known: Table): boolean {
  if (predicate !== undefined || expressions.length > 0) return false;
  if (constraint === undefined) return true;
  const owner = known.constraints.get(constraint);
  return owner?.kind === 'unique' && /^unique(?:\s*\([^()]*\))?$/i.test(owner.definition.trim());
}

function carried(table: ObjectName, index: Index, state: SchemaState, from: string, to: string): CarriedIndex {
  const { schema } = state.named(table);
  const build = buildName(state, schema, index.name);
  const relation = qualify(table.schema, build);
  const drop = unbounded(`DROP INDEX CONCURRENTLY IF EXISTS ${relation}`);
  const name = index.constraint ?? index.name;
  return {
    name,
    build: {
      slug: slugOf('index', table.name, to, index.name),
      title: `Build for ${to} what ${index.name} is for ${from}`,
      why: `New code finds its rows by ${to} only when it has an index, too.`,
      statements: [
        harmless(refuseSettings(qualify(table.schema, index.name))),
        { ...drop, note: 'An attempt that failed leaves an INVALID index behind: this removes it.' },
        unbounded(createIndexSql(index, build, objectSql(table), (column) => (column === from ? to : column))),
      ],
      transactional: false,
      verify: `SELECT indisvalid FROM pg_index WHERE indexrelid = ${quoteLiteral(relation)}::regclass; -- true`,
      back: [drop],
      backTransactional: false,
    },
    swap:
      index.constraint === undefined
        ? [harmless(`ALTER INDEX IF EXISTS ${relation} RENAME TO ${quoteIdentifier(index.name)}`)]
        : [
            short(
              onceBuilt(
                relation,
                objectSql(table),
                index.constraint,
                alterTable(
                  table,
                  `ADD CONSTRAINT ${quoteIdentifier(index.constraint)} UNIQUE USING INDEX ${quoteIdentifier(build)}`,
                ),
              ),
            ),
          ],
  };
}
