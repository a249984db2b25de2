import type { Catalog } from '../sql/catalog/catalog.js';
import type { CatalogObject, Column, Constraint, Index } from '../sql/catalog/model.js';
import { fullName } from '../sql/catalog/print.js';
import { chooseName, quoteIdentifier, quoteLiteral } from '../sql/quote.js';
import { columnExtras, columnSql } from './print/columns.js';
import { changingBlock, doBlock } from './print/blocks.js';
import { belongings, identityBelongings } from './print/common.js';
import {
  createDefinitionSql,
  createPolicySql,
  createPublicationSql,
  createRoutineSql,
  createSequenceSql,
  createTypeSql,
  createViewSql,
  typeBelongings,
  viewBelongings,
} from './print/others.js';
import { alter, concurrent, label, locking, plain, type Printing, repeatable, type Sql, sqlOf } from './print/sql.js';
import {
  constraintSql,
  createIndexSql,
  createTableSql,
  indexExtras,
  partsOf,
  tableBelongings,
} from './print/tables.js';
import { duplicateCheck, orphanQuery, violationCheck } from './rows-in-the-way.js';
import { impossible, lossless, lossy, type Undo, type UndoContext } from './undo.js';

/** Takes back that an object went. In: an object that nothing else brings along. */
export function recreation(object: CatalogObject, context: UndoContext): Undo | undefined {
  const { old, before } = context;
  if (object.origin !== 'defined') return unknownDefinition(object, context);
  switch (object.kind) {
    case 'table': {
      if (object.asQuery) return unknownDefinition(object, context);
      const sql = [...createTableSql(object, old), ...tableBelongings(object, old)];
      return lossy(
        sql,
        `The table comes back empty. To be able to go back with its rows, rename ${object.name} instead and drop it later.`,
      );
    }
    case 'column':
      return columnBack(object, context);
    case 'constraint':
      return constraintBack(object, context);
    case 'index': {
      const clear = leftOver(object, old);
      const check = object.unique ? duplicateCheck(object, old) : [];
      const sql = [...check, ...clear, ...createIndexSql(object, old), ...indexExtras(object, old)];
      return lossless(
        sql,
        object.unique
          ? 'It fails, and changes nothing, when duplicates were written since: correct those first.'
          : old.concurrently
            ? 'Until it is built, queries run without it.'
            : 'It is built while writes wait, as this file runs in a transaction.',
      );
    }
    case 'view': {
      if (object.loose)
        return impossible(
          `${label(object, before)} reads "*" or names that Airlock cannot follow. Write its CREATE by hand from the file that makes it.`,
        );
      const sql = [locking(createViewSql(object, old)), ...viewBelongings(object, old)];
      return lossless(sql, object.materialized ? 'Its rows are computed again.' : 'A view holds no data.');
    }
    case 'sequence': {
      const sql = [...createSequenceSql(object, old), ...belongings(object, old)];
      return lossy(
        sql,
        `${object.name} starts again from its beginning. Set it behind the largest number in use with setval().`,
      );
    }
    case 'type':
      return lossless([...createTypeSql(object, old), ...typeBelongings(object, old)], 'A type holds no data.');
    case 'routine':
      return lossless([...createRoutineSql(object, old), ...belongings(object, old)], 'A function holds no data.');
    case 'definition':
      if (object.detail !== undefined && object.type === 'EXTENSION')
        return impossible(`The version of the extension ${object.name} before this cannot be brought back.`);
      return lossless([...createDefinitionSql(object, old), ...belongings(object, old)], definitionReason(object.type));
    case 'policy':
      return lossless([createPolicySql(object, old), ...belongings(object, old)], 'No row changes.');
    case 'publication':
      return lossless(
        [createPublicationSql(object, old), ...belongings(object, old)],
        'Subscribers may have missed what was written in between.',
      );
    case 'setting':
      if (object.type === 'membership')
        return lossless([plain(`GRANT ${object.head}${object.value}`)], 'The role is a member again.');
      return undefined;
  }
}

function definitionReason(type: string): string {
  return type === 'EXTENSION' ? 'The extension comes back in its default version.' : 'No row changes.';
}

function unknownDefinition(object: CatalogObject, { before }: UndoContext): Undo {
  const name = label(object, before);
  const how = object.kind === 'column' ? 'which type it had' : 'how it was made';
  const more = object.kind === 'column' ? ' Restore the column from a backup.' : '';
  return impossible(`No file says for certain of ${name} ${how}.${more}`);
}

/** An index that an earlier, failed attempt has left; on a partitioned table with what is not attached to it yet. */
function leftOver(index: Index, printing: Printing): Sql[] {
  const { catalog, concurrently } = printing;
  if (!concurrently) return [];
  if (!isPartitioned(catalog.get(index.parent)))
    return [concurrent(`DROP INDEX CONCURRENTLY IF EXISTS ${fullName(index)}`)];
  const parts = partsOf(catalog, index).flatMap((part) => leftOver(part, printing));
  return [repeatable(locking(`DROP INDEX IF EXISTS ${fullName(index)}`)), ...parts];
}

function isPartitioned(object: CatalogObject | undefined): boolean {
  return object?.kind === 'table' && object.partitionBy !== undefined;
}

/** Brings a constraint back without a long lock, and without leaving half of it behind. */
export function constraintBack(constraint: Constraint, context: UndoContext): Undo {
  const { old } = context;
  const { catalog } = old;
  const table = catalog.get(constraint.parent);
  if (!table) return impossible(`The table of ${constraint.name} is not known.`);
  const add = (text: string) => locking(alter(table, `ADD ${text}`));
  const extras = belongings(constraint, old);
  const fails = 'It fails, and changes nothing, when rows that break it were written since: correct those first.';
  const index = catalog.indexesOf(table.oid).find((each) => each.constraint === constraint.oid);
  if (index) {
    const sql = indexedBack(constraint, index, context);
    const waits = sql.every((each) => each.transactional) ? ' Its index is built while writes wait.' : '';
    return lossless([...sql, ...indexExtras(index, old), ...extras], `${fails}${waits}`);
  }
  const simple = table.kind === 'type' || constraint.notEnforced || !constraint.validated || !old.concurrently;
  const keyOnPartitioned = constraint.type === 'FOREIGN KEY' && isPartitioned(table);
  if (simple || keyOnPartitioned) {
    const scan = constraint.validated && !constraint.notEnforced ? ` It reads the table while writes wait.` : '';
    return lossless(
      [add(constraintSql(constraint, old)), ...extras],
      `${constraint.validated ? fails : 'It is checked for new rows only, as before.'}${scan}`,
    );
  }
  const name = quoteIdentifier(constraint.name);
  const check = violationCheck(constraint, old);
  const sql = [
    ...check,
    locking(alter(table, `DROP CONSTRAINT IF EXISTS ${name}`)),
    repeatable(add(constraintSql(constraint, old, false))),
    validateOrDrop(table, constraint.name),
  ];
  return lossless([...sql, ...extras], fails);
}

/** Validates a constraint; when rows break it, takes it away again, so that it does not refuse the application's writes. */
export function validateOrDrop(table: CatalogObject, constraint: string): Sql {
  const name = quoteIdentifier(constraint);
  return {
    text: `${doBlock(`DECLARE
  problem text;
BEGIN
  BEGIN
    ${alter(table, `VALIDATE CONSTRAINT ${name}`)};
  EXCEPTION WHEN integrity_constraint_violation THEN
    problem := SQLERRM;
  END;
  IF problem IS NOT NULL THEN
    ${alter(table, `DROP CONSTRAINT ${name}`)};
    COMMIT;
    RAISE EXCEPTION '%', problem;
  END IF;
END`)};`,
    waits: 'patient',
    transactional: false,
    again: true,
    effect: alter(table, `VALIDATE CONSTRAINT ${name}`),
  };
}

/** PRIMARY KEY, UNIQUE, EXCLUDE: the index first, where it can be built beside the running application. */
function indexedBack(constraint: Constraint, index: Index, { old }: UndoContext): Sql[] {
  const { catalog, concurrently } = old;
  const table = catalog.get(constraint.parent);
  if (!table) return [];
  const add = (text: string) => locking(alter(table, `ADD ${text}`));
  const plainForm = constraint.type === 'EXCLUDE' || isPartitioned(table) || !concurrently;
  if (plainForm) return [add(constraintSql(constraint, old))];
  const name = quoteIdentifier(constraint.name);
  const defer = constraint.deferrable ? (constraint.deferred ? ' DEFERRABLE INITIALLY DEFERRED' : ' DEFERRABLE') : '';
  const built: Index = { ...index, name: freeBuildName(constraint, catalog), constraint: undefined };
  const clear = concurrent(`DROP INDEX CONCURRENTLY IF EXISTS ${fullName(built)}`);
  const use = alter(
    table,
    `ADD CONSTRAINT ${name} ${constraint.type} USING INDEX ${quoteIdentifier(built.name)}${defer}`,
  );
  const there = `conrelid = ${quoteLiteral(fullName(table))}::regclass AND conname = ${quoteLiteral(constraint.name)}`;
  const once = changingBlock(
    `BEGIN
  IF NOT EXISTS (SELECT FROM pg_constraint WHERE ${there}) THEN
    ${use};
  END IF;
END`,
    use,
  );
  // Run again when the constraint is there, it builds an index too many, which goes again.
  return [
    ...duplicateCheck({ ...index, constraint: undefined }, old),
    clear,
    ...createIndexSql(built, old),
    repeatable(once),
    clear,
  ];
}

/** A name for an index on its way to a constraint, which nothing of the files has. */
function freeBuildName(constraint: Constraint, catalog: Catalog): string {
  const base = chooseName([constraint.name], 'airlock_build');
  let name = base;
  for (let count = 1; catalog.candidates('relation', name).length > 0; count += 1) name = `${base}${count}`;
  return name;
}

/** A column comes back at the end of its table, without its values. */
function columnBack(column: Column, context: UndoContext): Undo {
  const { old } = context;
  const table = old.catalog.get(column.parent);
  if (!table) return impossible('The table of this column is not known.');
  const name = label(column, old.catalog);
  if (table.kind === 'type') {
    const typed = [...context.after.all()].some((each) => each.kind === 'table' && each.ofType === table.oid);
    const text = alter(table, `ADD ATTRIBUTE ${columnSql(column, old)}${typed ? ' CASCADE' : ''}`);
    return lossy([locking(text), ...belongings(column, old)], `The values of ${name} are gone.`);
  }
  // A generated column over one whose values are gone has none either.
  const isEmpty = column.generated?.expression.some(
    (piece) => typeof piece !== 'string' && context.end.get(piece.oid) === undefined,
  );
  const fills =
    column.default !== undefined ||
    column.identity !== undefined ||
    (column.generated !== undefined && isEmpty !== true);
  const required = column.notNull && !fills;
  const sql = [locking(alter(table, `ADD COLUMN ${columnSql(column, old, !required)}`))];
  if (required) sql.push(notNullWhenFilled(table, column));
  sql.push(...columnExtras(column, old), ...belongings(column, old), ...identityBelongings(column, old));
  if (column.generated && isEmpty !== true)
    return lossless(sql, 'Its values are computed again, while nobody can read the table.');
  const nullable = required ? ' It stays nullable until every row has a value again.' : '';
  return lossy(
    sql,
    `The values of ${name} are gone.${nullable} To be able to go back, rename the column instead and drop it later.`,
  );
}

/** NOT NULL for a column that came back empty: at once when no row is there, else when the values are back. */
function notNullWhenFilled(table: CatalogObject, column: Column): Sql {
  const name = quoteIdentifier(column.name);
  const words = `${table.name}.${column.name}`.replaceAll('%', '%%');
  const warning = quoteLiteral(`${words} stays nullable until its values are back; then set it NOT NULL`);
  return repeatable(
    changingBlock(
      `BEGIN
  IF EXISTS (SELECT FROM ${fullName(table)} WHERE ${name} IS NULL) THEN
    RAISE WARNING ${warning};
  ELSE
    ${alter(table, `ALTER COLUMN ${name} SET NOT NULL`)};
  END IF;
END`,
      alter(table, `ALTER COLUMN ${name} SET NOT NULL`),
    ),
  );
}

/** A constraint over a column that came back empty: whole when every row fits, else as far as it goes. */
export function constraintWhenFits(constraint: Constraint, context: UndoContext): Undo {
  const { old } = context;
  const { catalog } = old;
  const table = catalog.get(constraint.parent);
  if (!table) return impossible(`The table of ${constraint.name} is not known.`);
  const warning = quoteLiteral(
    `${constraint.name.replaceAll('%', '%%')} cannot come back before the values are back; then add it`,
  );
  const orphans = orphanQuery(constraint, old);
  if (orphans !== undefined) {
    const ready = quoteLiteral(
      `${constraint.name.replaceAll('%', '%%')} is NOT VALID until the rows that it refers to are back; then validate it`,
    );
    const sql = changingBlock(
      `BEGIN
  IF EXISTS (${orphans}) THEN
    ${alter(table, `ADD ${constraintSql(constraint, old, false)}`)};
    RAISE WARNING ${ready};
  ELSE
    ${alter(table, `ADD ${constraintSql(constraint, old)}`)};
  END IF;
END`,
      alter(table, `ADD ${constraintSql(constraint, old)}`),
    );
    return lossy(
      [sql, ...belongings(constraint, old)],
      `${constraint.name} checks new rows only until the rows that it refers to are back; then validate it.`,
    );
  }
  const broken =
    constraint.type === 'CHECK'
      ? `SELECT FROM ${fullName(table)} WHERE NOT (${sqlOf(constraint.definition, old)
          .replace(/^CHECK \(/, '')
          .replace(/\)$/s, '')})`
      : `SELECT FROM ${fullName(table)} WHERE ${constraint.columns.map((oid) => `${quoteIdentifier(catalog.get(oid)?.name ?? '')} IS NULL`).join(' OR ')}`;
  const sql = changingBlock(
    `BEGIN
  IF EXISTS (${broken}) THEN
    RAISE WARNING ${warning};
  ELSE
    ${alter(table, `ADD ${constraintSql(constraint, old)}`)};
  END IF;
END`,
    alter(table, `ADD ${constraintSql(constraint, old)}`),
  );
  return lossy([sql, ...belongings(constraint, old)], `${constraint.name} waits until the values are back.`);
}
