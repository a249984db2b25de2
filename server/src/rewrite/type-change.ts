import { impactOf } from '../impact/impact-of.js';
import type { Column, ColumnType, Table } from '../schema/model.js';
import type { AlterColumnType, ObjectName, TypeRef } from '../sql/action.js';
import { analyseExpression } from '../sql/expressions.js';
import { chooseName, objectSql, quoteIdentifier } from '../sql/quote.js';
import { backfillSql } from './backfill.js';
import { hasNotNullConstraints, notNullPhase } from './not-null.js';
import { alterTable, lockTimeout, type Phase, type Plan, type RewriteContext, slugOf } from './plan.js';
import { walkingKey } from './table-key.js';
import { typeText } from '../schema/column-type.js';

/** A column that changes its type by another one that takes its place. */
interface Change {
  readonly table: ObjectName;
  readonly column: Column & { readonly type: ColumnType };
  readonly newType: string;
  /** Both as SQL text. */
  readonly next: string;
  readonly old: string;
  readonly postgres: number;
}

/**
 * A type change that rewrites the table, as a new column: added, kept equal by a trigger, filled, swapped in, and the
 * old one dropped. Undefined where nothing is rewritten, and where more hangs on the column than the history lets us
 * carry over: keys, constraints, indexes, views, sequences, a USING of its own.
 */
export function typeChangePlan(action: AlterColumnType, context: RewriteContext): Plan | undefined {
  const { before, target } = context;
  const { table: name } = action;
  const table = before.table(name);
  const column = table?.columns.get(action.column);
  const isRewrite = impactOf([action], before, target).rewrites.length > 0;
  if (!isRewrite || !table || !column || !standsAlone(table, column, context) || !isPlainCast(action)) {
    return undefined;
  }
  const collation = action.collation === undefined ? '' : ` COLLATE ${action.collation}`;
  const change: Change = {
    table: name,
    column,
    newType: typeText(action.type) + collation,
    next: `${column.name}_new`,
    old: `${column.name}_old`,
    postgres: target.postgres,
  };
  const phases = [
    expand(change),
    fill(change, context),
    ...(column.notNull === true ? [notNullPhase(name, change.next, target.postgres)] : []),
    swap(change),
    contract(change),
  ];
  const words =
    column.notNull === true ? 'new column → backfill → NOT NULL → swap → drop' : 'new column → backfill → swap → drop';
  return { title: `Split into ${phases.length} migrations: ${words}`, phases };
}

function standsAlone(table: Table, column: Column, { before }: RewriteContext): column is Change['column'] {
  const { name } = column;
  const isPlain = column.type !== undefined && !column.generated && !column.identity && column.default !== 'nextval()';
  const namesAreFree = !table.columns.has(`${name}_new`) && !table.columns.has(`${name}_old`);
  const constrained = [...table.constraints.values()].some(({ kind, columns, expression }) => {
    return (kind !== 'notNull' && columns.includes(name)) || mentions(expression, name);
  });
  const indexed = [...table.indexes].some((key) => {
    const index = before.relationByKey(key);
    // An expression is not told in the state, so it may read the column.
    return (
      index?.kind === 'index' &&
      (index.columns.includes(name) || index.columns.includes(undefined) || mentions(index.predicate, name))
    );
  });
  const viewed = [...before.relations()].some((relation) => {
    return (relation.kind === 'view' || relation.kind === 'materializedView') && relation.reads.includes(table.key);
  });
  const inFamily = table.children.size > 0 || table.partitionBy !== undefined || table.partitionOf !== undefined;
  return table.complete && isPlain && namesAreFree && !constrained && !indexed && !viewed && !inFamily;
}

function mentions(expression: string | undefined, column: string): boolean {
  return expression !== undefined && (analyseExpression(expression)?.columns.includes(column) ?? true);
}

/** No USING, or one that only casts the column itself to the new type. */
function isPlainCast({ using, usingCasts, type }: AlterColumnType): boolean {
  const target = writtenType(type);
  return using === undefined || usingCasts?.every((cast) => writtenType(cast) === target) === true;
}

function writtenType({ text }: TypeRef): string {
  return text.replace(/\s+/g, ' ').toLowerCase();
}

function expand({ table, column, newType, next, old }: Change): Phase {
  const [from, to] = [quoteIdentifier(column.name), quoteIdentifier(next)];
  const { create, drop } = syncTrigger(table, column.name, next, newType);
  const label = `${table.name}.${column.name}`;
  return {
    slug: slugOf('add', table.name, next),
    title: `Add ${next} of type ${newType}, kept equal to ${label}`,
    why: 'ALTER COLUMN … TYPE rewrites the table while nobody can read it. A new column does not, and a trigger keeps it equal.',
    sql: `${lockTimeout}${alterTable(table, `ADD COLUMN ${to} ${newType}`)}${create}`,
    transactional: true,
    verify: `SELECT count(*) FROM ${objectSql(table)} WHERE ${to} IS NOT NULL AND ${to} IS DISTINCT FROM ${from}::${newType}; -- 0`,
    back: `${lockTimeout}${drop}${alterTable(table, `DROP COLUMN ${to}`)}`,
    deploy: `No application may use ${next} or ${old}: they are names for the time of the change.`,
  };
}

/** BEFORE triggers fire in the order of their names: this one sees what all others have done to the row. */
function syncTrigger(table: ObjectName, column: string, next: string, type: string): { create: string; drop: string } {
  const name = quoteIdentifier(chooseName(['zz', table.name, column], 'sync'));
  const target = table.schema === undefined ? name : `${quoteIdentifier(table.schema)}.${name}`;
  const create = `CREATE FUNCTION ${target}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  new.${quoteIdentifier(next)} := new.${quoteIdentifier(column)}::${type.replace(/ COLLATE .*/, '')};
  RETURN new;
END $$;
CREATE TRIGGER ${name} BEFORE INSERT OR UPDATE ON ${objectSql(table)}
  FOR EACH ROW EXECUTE FUNCTION ${target}();
`;
  return { create, drop: `DROP TRIGGER ${name} ON ${objectSql(table)};\nDROP FUNCTION ${target}();\n` };
}

function fill({ table, column, newType, next }: Change, { before }: RewriteContext): Phase {
  const [from, to] = [quoteIdentifier(column.name), quoteIdentifier(next)];
  return {
    slug: slugOf('backfill', table.name, next),
    title: `Fill ${next} from ${table.name}.${column.name}`,
    why: 'Every batch is a transaction of its own, so that no row stays locked for longer than its batch.',
    sql: backfillSql({
      schema: table.schema,
      table: table.name,
      key: walkingKey(before, before.table(table)),
      set: [{ column: next, expression: `${from}::${newType.replace(/ COLLATE .*/, '')}` }],
      predicate: `${to} IS NULL AND ${from} IS NOT NULL`,
    }),
    transactional: false,
    verify: `SELECT count(*) FROM ${objectSql(table)} WHERE ${to} IS NULL AND ${from} IS NOT NULL; -- 0`,
  };
}

/** The names change places in one transaction, so that no query finds the column missing. */
function swap(change: Change): Phase {
  const { table, column, newType, next, old } = change;
  const [name, nextName, oldName] = [column.name, next, old].map(quoteIdentifier) as [string, string, string];
  const { create, drop } = syncTrigger(table, column.name, next, newType);
  const rename = (from: string, to: string): string => alterTable(table, `RENAME COLUMN ${from} TO ${to}`);
  const onColumn = (target: string, words: string): string => alterTable(table, `ALTER COLUMN ${target} ${words}`);
  const hasDefault = column.default !== undefined;
  const back = [
    'BEGIN;\n',
    lockTimeout.replace('SET ', 'SET LOCAL '),
    hasDefault ? onColumn(name, 'DROP DEFAULT') : '',
    rename(name, nextName),
    rename(oldName, name),
    hasDefault ? onColumn(name, `SET DEFAULT ${column.default}`) : '',
    create,
    'COMMIT;\n',
  ];
  return {
    slug: slugOf('swap', table.name, column.name),
    title: `Let ${next} take the place of ${table.name}.${column.name}`,
    why: 'In one transaction, so that no query finds the column missing. It only changes the catalog.',
    sql: [
      'BEGIN;\n',
      lockTimeout.replace('SET ', 'SET LOCAL '),
      drop,
      hasDefault ? onColumn(name, 'DROP DEFAULT') : '',
      column.notNull === true ? onColumn(name, 'DROP NOT NULL') : '',
      '-- airlock-ignore no-rename-column: the new column takes the name in the same transaction\n',
      rename(name, oldName),
      '-- airlock-ignore no-rename-column: no code knows this name\n',
      rename(nextName, name),
      hasDefault ? onColumn(name, `SET DEFAULT ${column.default}`) : '',
      renameNotNull(change),
      'COMMIT;\n',
    ].join(''),
    transactional: false,
    deploy: `Go on when nobody needs the old values any more: rows written from now on have none in ${old}.`,
    back: column.notNull === true ? undefined : back.join(''),
  };
}

/** From PostgreSQL 18 on NOT NULL has a name, and the old column gives its own away when it becomes nullable. */
function renameNotNull({ table, column, next, postgres }: Change): string {
  if (column.notNull !== true || !hasNotNullConstraints(postgres)) {
    return '';
  }
  const [from, to] = [next, column.name].map((name) => quoteIdentifier(chooseName([table.name, name], 'not_null')));
  return alterTable(table, `RENAME CONSTRAINT ${from} TO ${to}`);
}

function contract({ table, column, old }: Change): Phase {
  const name = quoteIdentifier(old);
  return {
    slug: slugOf('drop', table.name, old),
    title: `Drop ${table.name}.${old}`,
    why: `From here on there is no way back to the old type of ${column.name}.`,
    sql: [
      lockTimeout,
      '-- airlock-ignore no-drop-column: its values live on in the column that took its name\n',
      alterTable(table, `DROP COLUMN ${name}`),
    ].join(''),
    transactional: true,
  };
}
