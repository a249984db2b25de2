import { chooseName, quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import { notKnown } from '../not-known.js';
import { indexName } from './digest.js';
import { addForeignKey, addUnique, dropForeignKey, likeIndex, nothingSent, renameTable, type Sent } from './schema.js';
import {
  type DjangoState,
  type Field,
  isKnown,
  keyOf,
  manyTable,
  type Model,
  targetOf,
  typeHole,
  typeOf,
} from './state.js';

const q = quoteIdentifier;

/** AlterField: a change from one field to the other, as Django's schema editor makes it. */
export function alterField(before: DjangoState, after: DjangoState, model: Model, from: Field, to: Field): Sent {
  if (!model.isManaged || model.isProxy) return nothingSent;
  if (from.many || to.many) return alterMany(model, from, to);
  const { column } = to;
  if (from.column === undefined && column === undefined) return nothingSent;
  if (from.column === undefined || column === undefined)
    return notKnown('a column comes or goes with the change of a field');
  const [oldType, newType] = [typeOf(before, from), typeOf(after, to)];
  if ((oldType === typeHole || newType === typeHole) && familyOf(before, from) !== familyOf(after, to))
    return notKnown('whether the type of the column changes stands in the code of the project');
  if (isSame(from, to, oldType, newType)) return nothingSent;
  if (from.isPrimary !== to.isPrimary || from.generated !== to.generated || (from.isPrimary && oldType !== newType))
    return alterKey(before, after, model, from, to, oldType, newType);
  if (from.unique && to.unique && oldType !== newType && isReferred(before, model, from))
    return notKnown('the columns that refer to it change with it');
  const { table } = model;
  const alter = (change: string): string => `ALTER TABLE ${q(table)} ${change}`;
  const statements: string[] = [];
  const isRemade = from.reference !== undefined && isReferenceChanged(from, to, oldType, newType);
  if (isRemade) statements.push(...dropForeignKey(before, model, from));
  if (from.unique && !to.unique)
    statements.push(alter(`DROP CONSTRAINT ${q(from.uniqueConstraint ?? chooseName([table, from.column], 'key'))}`));
  if (from.isIndexed && !from.unique && (!to.isIndexed || to.unique))
    statements.push(...dropIndexes(before, table, from));
  if (from.check !== to.check && from.check !== undefined)
    statements.push(alter(`DROP CONSTRAINT ${q(from.checkConstraint ?? chooseName([table, from.column], 'check'))}`));
  if (from.column !== column) statements.push(alter(`RENAME COLUMN ${q(from.column)} TO ${q(column)}`));
  statements.push(...changes(after, model, from, to, oldType, newType));
  if (!from.unique && to.unique) statements.push(addUnique(table, [column]));
  if ((!from.isIndexed || from.unique) && to.isIndexed && !to.unique)
    statements.push(`CREATE INDEX ${q(indexName(table, [column]))} ON ${q(table)} (${q(column)})`);
  if (to.reference?.hasConstraint && (isRemade || !from.reference?.hasConstraint))
    statements.push(addForeignKey(table, column, targetOf(after, to.reference)));
  if (from.check !== to.check && to.check !== undefined)
    statements.push(alter(`ADD CONSTRAINT ${q(indexName(table, [column], '_check'))} CHECK (${to.check})`));
  if (needsValue(from, to)) statements.push(alter(`ALTER COLUMN ${q(column)} DROP DEFAULT`));
  const isNewText = (from.isIndexed || from.unique) && leavesText(oldType, newType);
  if ((!(from.isIndexed || from.unique) && to.isIndexed) || (!from.unique && to.unique) || isNewText)
    statements.push(...likeIndex(after, table, to));
  if (from.unique && !to.isIndexed && !to.unique)
    statements.push(`DROP INDEX IF EXISTS ${q(indexName(table, [from.column], '_like'))}`);
  return { now: statements, later: [] };
}

/** The index of a field and the one for LIKE, as Django finds them. */
function dropIndexes(state: DjangoState, table: string, field: Field): readonly string[] {
  const column = field.column ?? '';
  const names = [
    indexName(table, [column]),
    ...(likeIndex(state, table, field).length > 0 ? [indexName(table, [column], '_like')] : []),
  ];
  return names.map((name) => `DROP INDEX IF EXISTS ${q(name)}`);
}

/** True where nothing of the database changes. */
function isSame(from: Field, to: Field, oldType: string, newType: string): boolean {
  return (
    oldType === newType &&
    from.column === to.column &&
    from.null === to.null &&
    from.unique === to.unique &&
    from.isPrimary === to.isPrimary &&
    from.isIndexed === to.isIndexed &&
    from.isIdentity === to.isIdentity &&
    from.check === to.check &&
    from.collation === to.collation &&
    from.comment === to.comment &&
    from.dbDefault === to.dbDefault &&
    from.generated === to.generated &&
    from.reference?.to === to.reference?.to &&
    from.reference?.hasConstraint === to.reference?.hasConstraint
  );
}

/** Django makes the constraint of a reference anew for nearly every change. */
function isReferenceChanged(from: Field, to: Field, oldType: string, newType: string): boolean {
  const { comment: _one, ...old } = from;
  const { comment: _other, ...now } = to;
  return !isSame({ ...old, comment: undefined }, { ...now, comment: undefined }, oldType, newType);
}

/** A row's value for a column that takes no NULL any more. */
function needsValue(from: Field, to: Field): boolean {
  if (!from.null || to.null || to.dbDefault !== undefined || to.value === undefined) return false;
  // Two values of JSON are never the same to Django.
  return from.value !== to.value || to.family === 'jsonb';
}

/** ALTER TABLE … with what can be said at once, the rows that are filled, then NOT NULL. */
function changes(
  state: DjangoState,
  { table }: Model,
  from: Field,
  to: Field,
  oldType: string,
  newType: string,
): readonly string[] {
  const column = q(to.column ?? '');
  const actions: string[] = [];
  if (oldType !== newType || from.collation !== to.collation || from.comment !== to.comment)
    actions.push(typeChange(state, from, to, newType));
  if (to.dbDefault !== undefined && to.dbDefault !== from.dbDefault)
    actions.push(`ALTER COLUMN ${column} SET DEFAULT ${to.dbDefault}`);
  if (to.dbDefault === undefined && from.dbDefault !== undefined) actions.push(`ALTER COLUMN ${column} DROP DEFAULT`);
  if (needsValue(from, to)) actions.push(`ALTER COLUMN ${column} SET DEFAULT ${to.value}`);
  const nulls = from.null === to.null ? [] : [`ALTER COLUMN ${column} ${to.null ? 'DROP' : 'SET'} NOT NULL`];
  const isLikeGone = (from.isIndexed || from.unique) && leavesText(oldType, newType);
  const likeGone = isLikeGone ? [`DROP INDEX IF EXISTS ${q(indexName(table, [from.column ?? ''], '_like'))}`] : [];
  const inSteps = (to.hasDefault || to.dbDefault !== undefined) && from.null && !to.null;
  const first = inSteps ? actions : [...actions, ...nulls];
  const statements = [...likeGone, ...(first.length > 0 ? [`ALTER TABLE ${q(table)} ${first.join(', ')}`] : [])];
  if (inSteps) {
    const value = to.dbDefault ?? to.value ?? 'NULL';
    statements.push(
      `UPDATE ${q(table)} SET ${column} = ${value} WHERE ${column} IS NULL`,
      'SET CONSTRAINTS ALL IMMEDIATE',
    );
    statements.push(...nulls.map((each) => `ALTER TABLE ${q(table)} ${each}`));
  }
  if (from.comment !== to.comment)
    statements.push(
      `COMMENT ON COLUMN ${q(table)}.${column} IS ${to.comment === undefined ? 'NULL' : quoteLiteral(to.comment)}`,
    );
  return statements;
}

function typeChange(state: DjangoState, from: Field, to: Field, newType: string): string {
  const [old, now] = [familyOf(state, from), familyOf(state, to)];
  const column = q(to.column ?? '');
  const collation = from.collation === to.collation ? '' : ` COLLATE ${q(to.collation ?? 'default')}`;
  return `ALTER COLUMN ${column} TYPE ${newType}${collation}${old === now ? '' : ` USING ${column}::${newType}`}`;
}

/** Text with an index that becomes another type: its index for LIKE goes first. */
function leavesText(oldType: string, newType: string): boolean {
  const kind = /^(?:varchar|text|citext)/.exec(oldType)?.[0];
  return kind !== undefined && !newType.startsWith(kind);
}

function familyOf(state: DjangoState, field: Field): string {
  return field.reference ? targetOf(state, field.reference).family : field.family;
}

function isReferred(state: DjangoState, model: Model, field: Field): boolean {
  const key = keyOf(model.app, model.name);
  return [...state.values()].some(({ fields }) =>
    fields.some(
      (each) =>
        isKnown(each) &&
        each.reference?.to === key &&
        (each.reference.toField === undefined ? field.isPrimary : each.reference.toField === field.name),
    ),
  );
}

/** A primary key that changes: AutoField to BigAutoField where nothing refers to it. */
function alterKey(
  before: DjangoState,
  after: DjangoState,
  model: Model,
  from: Field,
  to: Field,
  oldType: string,
  newType: string,
): Sent {
  const isPlain = from.isPrimary && to.isPrimary && from.isIdentity && to.isIdentity && from.column === to.column;
  const key = keyOf(model.app, model.name);
  const referring = [...before.values(), ...after.values()].some((each) =>
    each.fields.some(
      (field) =>
        !isKnown(field) ||
        field.reference?.to === key ||
        field.many?.to === key ||
        (field.many && each.table === model.table),
    ),
  );
  if (!isPlain || referring) return notKnown('a primary key changes, and all that refers to it');
  if (oldType === newType) return nothingSent;
  const column = q(to.column ?? '');
  const sequence = q(`${model.table}_${to.column ?? ''}_seq`);
  return {
    now: [
      `ALTER TABLE ${q(model.table)} ALTER COLUMN ${column} TYPE ${newType}${from.family === to.family ? '' : ` USING ${column}::${newType}`}`,
      `ALTER SEQUENCE IF EXISTS ${sequence} AS ${newType}`,
    ],
    later: [],
  };
}

function alterMany(model: Model, from: Field, to: Field): Sent {
  if (!from.many || !to.many) return notKnown('a table between two models comes or goes with the change of a field');
  if (from.many.hasThrough && to.many.hasThrough) return nothingSent;
  if (from.many.to !== to.many.to || from.many.hasThrough !== to.many.hasThrough)
    return notKnown('the table between two models changes with the field');
  const [old, now] = [manyTable(model, from), manyTable(model, to)];
  return { now: old === now ? [] : [renameTable(old, now)], later: [] };
}
