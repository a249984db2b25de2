import type { Column } from '../sql/catalog/model.js';
import { fullName, render } from '../sql/catalog/print.js';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.js';
import type { Changes } from './change.js';
import { optionsBack } from './change.js';
import { identitySql } from './print/columns.js';
import { identityBelongings } from './print/common.js';
import { alter, label, locking, repeatable, type Sql, sqlOf } from './print/sql.js';
import { validateOrDrop } from './recreate.js';
import { raiseWhen } from './rows-in-the-way.js';
import { typeChangeBack } from './type-change-back.js';
import { impossible, lossless, lossy } from './undo.js';
import { chooseName } from '../sql/quote.js';

/** What takes back the changes of a column. */
export function columnChange(changes: Changes, was: Column, is: Column): void {
  const { context } = changes;
  const { before, after } = context;
  const table = before.get(was.parent);
  if (!table) return;
  const above = follows(changes, was, is);
  const target = `ALTER COLUMN ${quoteIdentifier(was.name)}`;
  const line = (command: string) => [locking(alter(table, `${target} ${command}`))];
  const text = (column: Column, catalog: typeof before) => column.default && render(column.default, catalog);
  const typeDiffers = was.typeKey !== is.typeKey || was.collation !== is.collation;
  if (!above('type')) {
    const known = changes.undos.length;
    changes.part('type', typeDiffers, () => typeChangeBack(was, is, table, context));
    if (changes.undos.slice(known).some(({ grade }) => grade === 'impossible')) context.stuck.add(was.oid);
  }
  if (was.inherited && !was.local && !is.inherited && !is.local)
    changes.undos.push(
      lossy([], `${label(was, before)} counts as its own from now on: a DROP COLUMN above leaves it.`),
    );
  if (!typeDiffers && !above('default'))
    changes.part('default', text(was, before) !== text(is, after), () => {
      const value = text(was, before);
      if (value !== undefined && context.stuck.has(was.oid))
        return impossible(`The default of ${label(was, before)} is a value of its type before.`, {
          condition: 'When the column has that type again',
          sql: line(`SET DEFAULT ${value}`)[0]?.text ?? '',
        });
      return lossless(
        line(value === undefined ? 'DROP DEFAULT' : `SET DEFAULT ${value}`),
        'Only rows that are inserted from now on see it.',
      );
    });
  if (!above('generated'))
    changes.part(
      'generated',
      (was.generated && render(was.generated.expression, before)) !==
        (is.generated && render(is.generated.expression, after)),
      () => generatedBack(changes, was, is),
    );
  changes.part('identity', was.identity !== is.identity, () => {
    if (was.identity === undefined) return lossless(line('DROP IDENTITY'), 'The numbers that it gave stay.');
    if (is.identity !== undefined) return lossless(line(`SET GENERATED ${was.identity}`), 'No row changes.');
    return identityBack(was, changes);
  });
  if (!above('notNull'))
    changes.part(
      'notNull',
      was.notNull !== is.notNull,
      () =>
        was.notNull
          ? notNullBack(changes, was)
          : lossless(line('DROP NOT NULL'), 'NULL is accepted again; no row changes.'),
      () => ({
        condition: `Only if ${label(was, before)} ${is.notNull ? 'accepted NULL' : 'was NOT NULL'} before`,
        sql: `${alter(table, `${target} ${is.notNull ? 'DROP' : 'SET'} NOT NULL`)};`,
      }),
    );
  changes.part('statistics', was.statistics !== is.statistics, () =>
    lossless(line(`SET STATISTICS ${was.statistics ?? '-1'}`), 'No row changes.'),
  );
  changes.part('storage', was.storage !== is.storage, () => {
    const value = was.storage ?? defaultStorage(was);
    return value === undefined ? undefined : lossless(line(`SET STORAGE ${value}`), 'No row changes.');
  });
  changes.part('compression', was.compression !== is.compression, () =>
    lossless(line(`SET COMPRESSION ${was.compression ?? 'default'}`), 'No row changes.'),
  );
  optionsBack(changes, was.options, is.options, table, `${target} `);
}

/** Whether a part of an inherited column changed with the one above, and comes back with it. */
function follows(
  { context }: Changes,
  was: Column,
  is: Column,
): (part: 'type' | 'default' | 'notNull' | 'generated') => boolean {
  const { before, after } = context;
  const table = after.as('table', is.parent);
  const parents = table && is.inherited ? [table.partitionOf, ...table.inherits, table.ofType] : [];
  const above = parents.flatMap((oid) => after.column(oid, is.name) ?? []);
  return (part) =>
    above.some((parent) => {
      const earlier = before.as('column', parent.oid);
      if (!earlier) return false;
      if (part === 'type') return earlier.typeKey !== parent.typeKey || earlier.collation !== parent.collation;
      if (part === 'notNull') return earlier.notNull !== parent.notNull;
      return (
        JSON.stringify(earlier[part]) !== JSON.stringify(parent[part]) &&
        JSON.stringify(was[part]) !== JSON.stringify(is[part])
      );
    });
}

function generatedBack(changes: Changes, was: Column, is: Column) {
  const { old, before } = changes.context;
  const table = before.get(was.parent);
  if (!table) return undefined;
  const name = quoteIdentifier(was.name);
  if (was.generated && is.generated && old.postgres >= 17)
    return lossless(
      [locking(alter(table, `ALTER COLUMN ${name} SET EXPRESSION AS (${sqlOf(was.generated.expression, old)})`))],
      'Its values are computed again, while nobody can read the table.',
    );
  if (was.generated) {
    const text = `${name} ${was.type ? sqlOf(was.type, old) : ''} GENERATED ALWAYS AS (${sqlOf(was.generated.expression, old)}) ${was.generated.storage}`;
    return {
      sql: [],
      grade: 'impossible' as const,
      reason: `PostgreSQL cannot make ${label(was, before)} a generated column again. What was written into it since would be lost if it were dropped and added again.`,
      hint: {
        condition: 'If that does not matter',
        sql: `${alter(table, `DROP COLUMN ${name}, ADD COLUMN ${text}`)};`,
      },
    };
  }
  return undefined;
}

/** An identity that went: its sequence starts behind the largest value. */
function identityBack(was: Column, { context }: Changes) {
  const { old, before } = context;
  const table = before.get(was.parent);
  if (!table) return undefined;
  const name = quoteIdentifier(was.name);
  const relation = fullName(table);
  const literals = `${quoteLiteral(relation)}, ${quoteLiteral(was.name)}`;
  const sql: Sql[] = [
    locking(alter(table, `ALTER COLUMN ${name} ADD ${identitySql(was, old)}`)),
    ...identityBelongings(was, old),
    locking(
      `SELECT setval(pg_get_serial_sequence(${literals}), greatest(coalesce(max(${name}), 0) + 1, (SELECT seqstart FROM pg_sequence WHERE seqrelid = pg_get_serial_sequence(${literals})::regclass)), false) FROM ${relation}`,
    ),
  ];
  return lossless(sql, 'The sequence is a new one that starts behind the largest value.');
}

/** Through a CHECK that is proven first, so that SET NOT NULL does not scan while nobody can read the table. */
function notNullBack({ context }: Changes, was: Column) {
  const { old, before } = context;
  const table = before.get(was.parent);
  if (!table) return undefined;
  const name = quoteIdentifier(was.name);
  const reason = 'It fails, and changes nothing, when a NULL was written since: fill those rows first.';
  const set = locking(alter(table, `ALTER COLUMN ${name} SET NOT NULL`));
  const query = `SELECT FROM ${fullName(table)} WHERE ${name} IS NULL`;
  if (!old.concurrently || table.kind !== 'table')
    return lossless([set], `${reason} It reads the table while nobody can use it.`);
  const check = freeName(before, table.oid, chooseName([table.name, was.name], 'airlock_not_null'));
  const quoted = quoteIdentifier(check);
  return lossless(
    [
      raiseWhen(query, `${table.name}.${was.name} holds NULL`, 'fill those rows'),
      locking(alter(table, `DROP CONSTRAINT IF EXISTS ${quoted}`)),
      repeatable(locking(alter(table, `ADD CONSTRAINT ${quoted} CHECK (${name} IS NOT NULL) NOT VALID`))),
      validateOrDrop(table, check),
      set,
      repeatable(locking(alter(table, `DROP CONSTRAINT ${quoted}`))),
    ],
    reason,
  );
}

function freeName(catalog: Changes['context']['before'], table: number, base: string): string {
  let name = base;
  for (let count = 1; catalog.constraint(table, name); count += 1) name = `${base}${count}`;
  return name;
}

/** The storage that a type has by itself. */
function defaultStorage(column: Column): string | undefined {
  const base = (column.typeKey ?? '').replace(/\(.*$/, '');
  if (
    /^(text|varchar|bpchar|bytea|json|jsonb|xml|citext|tsvector|varbit|bit|path|polygon|hstore)$/.test(base) ||
    column.typeKey?.endsWith('[]')
  )
    return 'EXTENDED';
  if (/^(numeric|inet|cidr)$/.test(base)) return 'MAIN';
  return /^(int[248]|bool|uuid|date|float[48]|timestamp|timestamptz|time|timetz|interval)$/.test(base)
    ? 'PLAIN'
    : 'EXTENDED';
}
