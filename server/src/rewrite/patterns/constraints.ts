import type { EnumType } from '../../schema/model.js';
import { freeConstraintName } from '../../schema/names.js';
import { doBlock, unlessUnproven } from '../../schema/safe-statements.js';
import type { SchemaState } from '../../schema/state.js';
import { objectSql, qualify, quoteIdentifier, quoteLiteral } from '../../sql/quote.js';
import { alterTable, type Phase, short, slugOf, titleOf, unbounded } from '../plan.js';
import {
  fieldValue,
  nameIn,
  type Pattern,
  type PatternContext,
  PatternError,
  type PatternValues,
  tableNameOf,
  planForColumn,
  planForTable,
  tableField,
} from './pattern.js';

const actions = ['NO ACTION', 'RESTRICT', 'CASCADE', 'SET NULL'];

/** A foreign key gets another ON DELETE. */
export const changeOnDelete: Pattern = {
  id: 'change-on-delete',
  title: 'Change ON DELETE of a foreign key',
  summary:
    'Dropping the key and adding it anew reads the whole table while writes of both tables wait, and in between nothing checks the rows.',
  fields: [
    { name: 'table', kind: 'table', title: 'The table with the foreign key' },
    { name: 'constraint', kind: 'constraint', title: 'The foreign key' },
    { name: 'on-delete', kind: 'choice', title: 'What a DELETE does from now on', choices: actions },
  ],
  usual(values, context) {
    const { relation, quoted, wanted } = changedKey(values, context);
    return `ALTER TABLE ${relation} DROP CONSTRAINT ${quoted};\nALTER TABLE ${relation} ADD CONSTRAINT ${quoted} ${wanted};`;
  },
  plan: (values, context) =>
    planForTable(values, context, ({ table, known }) => {
      const name = nameIn(values, 'constraint');
      const key = known.constraints.get(name);
      if (key?.kind !== 'foreignKey') return { refused: `${table.name} has no foreign key ${name}.` };
      if (known.partitionBy)
        return { refused: `${table.name} is partitioned: change the key of each partition by hand.` };
      const { relation, action, wanted } = changedKey(values, context);
      const next = freeConstraintName(context.state, known.schema, [name], 'airlock_new');
      const [quoted, quotedNext] = [quoteIdentifier(name), quoteIdentifier(next)];
      const there = (each: string): string =>
        `EXISTS (SELECT FROM pg_constraint WHERE conrelid = ${quoteLiteral(relation)}::regclass AND conname = ${quoteLiteral(each)})`;
      const phases: Phase[] = [
        {
          slug: slugOf('add', name, action),
          title: `Add the foreign key with ON DELETE ${action} beside ${name}`,
          why: 'NOT VALID checks new rows only. The old key goes on checking all of them meanwhile.',
          notes: ['Of two keys the stricter holds: a DELETE that the old key refuses is refused until it goes.'],
          statements: [
            short(
              unlessUnproven(relation, next, alterTable(table, `ADD CONSTRAINT ${quotedNext} ${wanted} NOT VALID`)),
            ),
          ],
          transactional: true,
          back: [short(alterTable(table, `DROP CONSTRAINT IF EXISTS ${quotedNext}`))],
          backTransactional: true,
        },
        {
          slug: slugOf('validate', next),
          title: 'Prove it for the old rows',
          why: 'VALIDATE reads the table while reads and writes go on.',
          statements: [
            unbounded(
              doBlock([
                `IF ${there(next)} THEN`,
                `  ${alterTable(table, `VALIDATE CONSTRAINT ${quotedNext}`)};`,
                'END IF;',
              ]),
            ),
          ],
          transactional: true,
          back: [],
          backTransactional: true,
        },
        {
          slug: slugOf('swap', name),
          title: `Let it take the place of ${name}`,
          why: 'In one transaction, so that no row goes unchecked. It only changes the catalog.',
          notes: [`A comment of the old ${name} goes with it.`],
          statements: [
            short(
              doBlock([
                `IF ${there(next)} THEN`,
                `  ${alterTable(table, `DROP CONSTRAINT IF EXISTS ${quoted}`)};`,
                `  ${alterTable(table, `RENAME CONSTRAINT ${quotedNext} TO ${quoted}`)};`,
                'END IF;',
              ]),
              'airlock-ignore no-drop-constraint: the key that takes its name has proven all rows',
            ),
          ],
          transactional: true,
          back: [],
          backTransactional: true,
          noWayBack: `the old key is gone; change ON DELETE once more to go back.`,
        },
      ];
      return { title: titleOf(phases, 'NOT VALID → validate → swap'), phases, mends: [] };
    }),
  example: {
    schema: `CREATE TABLE customers (id bigint PRIMARY KEY, name text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers);`,
    values: { table: 'orders', constraint: 'orders_customer_fk', 'on-delete': 'SET NULL' },
  },
};

/** The foreign key as it is wanted. */
function changedKey(values: PatternValues, { state }: PatternContext) {
  const table = tableNameOf(values);
  const name = nameIn(values, 'constraint');
  const key = state.table(table)?.constraints.get(name);
  const action = actionIn(values['on-delete']);
  const definition = (key?.definition ?? '').replace(
    /\s+ON\s+DELETE\s+(?:NO\s+ACTION|RESTRICT|CASCADE|SET\s+(?:NULL|DEFAULT)(?:\s*\([^()]*\))?)/i,
    '',
  );
  const ofTable = /^foreign\s+key/i.test(definition)
    ? definition
    : `FOREIGN KEY (${(key?.columns ?? []).map(quoteIdentifier).join(', ')}) ${definition}`;
  return {
    relation: objectSql(table),
    quoted: quoteIdentifier(name),
    action,
    wanted: action === 'NO ACTION' ? ofTable : withAction(ofTable, action),
  };
}

function actionIn(value: string | undefined): string {
  const action = (value ?? '').trim().toUpperCase().replace(/\s+/g, ' ');
  if (!actions.includes(action)) throw new PatternError(`"on-delete" is one of ${actions.join(', ')}.`);
  return action;
}

/** ON DELETE behind the table and its columns, before what else stands there. */
function withAction(definition: string, action: string): string {
  const deferral = /\s+(?:NOT\s+DEFERRABLE|DEFERRABLE|INITIALLY)\b/i.exec(definition);
  const at = deferral?.index ?? definition.length;
  return `${definition.slice(0, at)} ON DELETE ${action}${definition.slice(at)}`;
}

/** The enum of a column. */
export function enumOf(values: PatternValues, state: SchemaState): EnumType | undefined {
  const column = state.table(tableNameOf(values))?.columns.get(nameIn(values, 'column'));
  const type = column?.type && state.type(column.type);
  return type?.kind === 'enum' ? type : undefined;
}

/** A value of an enum that is no longer used. */
export const retireEnumValue: Pattern = {
  id: 'retire-enum-value',
  title: 'Retire a value of an enum',
  summary: 'PostgreSQL cannot drop a value of an enum, and making the type anew rewrites every table that uses it.',
  fields: [
    tableField,
    { name: 'column', kind: 'column', title: 'The column of the enum' },
    { name: 'value', kind: 'text', title: 'The value, without quotes' },
  ],
  usual(values, { state }) {
    const column = quoteIdentifier(nameIn(values, 'column'));
    const type = enumOf(values, state);
    const left = (type?.values ?? []).filter((each) => each !== values.value).map(quoteLiteral);
    const name = qualify(undefined, type?.name ?? '');
    const old = quoteIdentifier(`${type?.name ?? ''}_old`);
    return `ALTER TYPE ${name} RENAME TO ${old};
CREATE TYPE ${name} AS ENUM (${left.join(', ')});
ALTER TABLE ${objectSql(tableNameOf(values))} ALTER COLUMN ${column} TYPE ${name} USING ${column}::text::${name};
DROP TYPE ${old};`;
  },
  plan: (values, context) =>
    planForColumn(values, context, ({ table, known, column }) => {
      const value = fieldValue(values, 'value');
      const type = enumOf(values, context.state);
      if (!type) return { refused: `${table.name}.${column.name} is of no enum that a migration makes.` };
      if (!type.values.includes(value)) return { refused: `${type.name} has no value ${value}.` };
      const name = freeConstraintName(context.state, known.schema, [table.name, column.name, 'not'], slugOf(value));
      const [relation, quoted] = [objectSql(table), quoteIdentifier(name)];
      const phases: Phase[] = [
        {
          slug: slugOf('forbid', table.name, column.name, value),
          title: `Forbid ${value} in ${table.name}.${column.name} for new rows`,
          why: 'NOT VALID checks new and changed rows only, so the lock lasts a moment.',
          statements: [
            short(
              unlessUnproven(
                relation,
                name,
                alterTable(
                  table,
                  `ADD CONSTRAINT ${quoted} CHECK (${quoteIdentifier(column.name)} <> ${quoteLiteral(value)}) NOT VALID`,
                ),
              ),
            ),
          ],
          transactional: true,
          back: [short(alterTable(table, `DROP CONSTRAINT IF EXISTS ${quoted}`))],
          backTransactional: true,
        },
        {
          slug: slugOf('validate', name),
          title: `Prove that no old row has ${value}`,
          why: 'VALIDATE reads the table while reads and writes go on. If a row has the value, change the row and run this again.',
          statements: [unbounded(alterTable(table, `VALIDATE CONSTRAINT ${quoted}`))],
          transactional: true,
          verify: `SELECT count(*) FROM ${relation} WHERE ${quoteIdentifier(column.name)} = ${quoteLiteral(value)}; -- 0`,
          back: [],
          backTransactional: true,
        },
      ];
      return {
        title: titleOf(phases, 'forbid → validate'),
        before: `no code that is running writes ${value} into ${table.name}.${column.name}, and the rows that have it are changed. The value stays in the type, where it harms nobody.`,
        phases,
        mends: [],
      };
    }),
  example: {
    schema:
      "CREATE TYPE payment_status AS ENUM ('open', 'paid', 'cancelled');\nCREATE TABLE payments (id bigint PRIMARY KEY, status payment_status);",
    values: { table: 'payments', column: 'status', value: 'cancelled' },
  },
};
