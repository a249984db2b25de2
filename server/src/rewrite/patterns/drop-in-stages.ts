import { notNullProofName } from '../../schema/own-names.js';
import { doBlock, proveNotNull } from '../../schema/safe-statements.js';
import { objectSql, quoteIdentifier, quoteLiteral } from '../../sql/quote.js';
import { alterTable, type Phase, short, slugOf, titleOf } from '../plan.js';
import { freeColumn } from '../sync-trigger.js';
import { nameIn, type Pattern, tableNameOf, planForColumn, planForTable, tableField, columnField } from './pattern.js';

/** A column goes in stages, each of which shows whether somebody still needs it. */
export const dropColumn: Pattern = {
  id: 'drop-column',
  title: 'Drop a column',
  summary:
    'DROP COLUMN destroys the values, and every query of the running code that names the column fails from then on.',
  fields: [tableField, columnField],
  usual: (values) =>
    `ALTER TABLE ${objectSql(tableNameOf(values))} DROP COLUMN ${quoteIdentifier(nameIn(values, 'column'))};`,
  plan: (values, context) =>
    planForColumn(values, context, ({ table, known, column }) => {
      const [relation, name] = [objectSql(table), quoteIdentifier(column.name)];
      const aside = freeColumn(known, `${column.name}_unused`);
      const label = `${table.name}.${column.name}`;
      const there = (each: string): string =>
        `EXISTS (SELECT FROM pg_attribute WHERE attrelid = ${quoteLiteral(relation)}::regclass AND attname = ${quoteLiteral(each)} AND NOT attisdropped)`;
      const rename = (from: string, to: string): string =>
        doBlock([
          `IF ${there(from)} THEN`,
          `  ${alterTable(table, `RENAME COLUMN ${quoteIdentifier(from)} TO ${quoteIdentifier(to)}`)};`,
          'END IF;',
        ]);
      const needsValue = column.notNull === true && column.default === undefined && column.identity === undefined;
      const relax: Phase = {
        slug: slugOf('relax', table.name, column.name),
        title: `Let INSERTs leave ${label} out`,
        why: `The next release no longer writes ${column.name}, and the running one still does.`,
        statements: [short(alterTable(table, `ALTER COLUMN ${name} DROP NOT NULL`))],
        transactional: true,
        back: [
          ...proveNotNull(
            `ALTER TABLE ${relation}`,
            relation,
            name,
            quoteIdentifier(notNullProofName(context.state, table, column.name)),
          ),
        ],
        backTransactional: false,
      };
      const rest: Phase[] = [
        {
          slug: slugOf('rename', table.name, column.name, 'aside'),
          title: `Rename ${label} aside`,
          why: 'Whoever still needs it fails now, and renaming it back is instant and loses nothing.',
          notes: [
            `Search for it first: the code (models and SQL), views, functions with string bodies, reports, and other applications that read ${table.name}.`,
          ],
          ...(needsValue ? { gate: `no code that is running reads or writes ${label}.` } : {}),
          statements: [
            short(
              rename(column.name, aside),
              `airlock-ignore no-rename-column: no code uses ${column.name}, and whoever does must be heard of now`,
            ),
          ],
          transactional: true,
          back: [short(rename(aside, column.name))],
          backTransactional: true,
        },
        {
          slug: slugOf('drop', table.name, column.name),
          title: `Drop ${table.name}.${aside}`,
          why: 'Nobody has missed it. Its values are gone from here on.',
          gate: 'your slowest job, such as that of a month or a quarter, has run without it.',
          statements: [
            short(
              alterTable(table, `DROP COLUMN IF EXISTS ${quoteIdentifier(aside)}`),
              `airlock-ignore no-drop-column: nobody has missed it since it was renamed aside`,
            ),
          ],
          transactional: true,
          back: [],
          backTransactional: true,
          noWayBack: `the values of ${label} are gone; keep a dump of them if they may be needed.`,
        },
      ];
      const phases = needsValue ? [relax, ...rest] : rest;
      return {
        title: titleOf(phases, needsValue ? 'no NOT NULL → rename aside → drop' : 'rename aside → drop'),
        ...(needsValue ? {} : { before: `no code that is running reads or writes ${label}.` }),
        phases,
        mends: [],
      };
    }),
  example: {
    schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, legacy_code text NOT NULL, total int);',
    values: { table: 'orders', column: 'legacy_code' },
  },
};

/** A table goes in stages. */
export const dropTable: Pattern = {
  id: 'drop-table',
  title: 'Drop a table',
  summary:
    'DROP TABLE destroys the rows, breaks every query that names the table, and locks the tables that its foreign keys refer to.',
  fields: [tableField],
  usual: (values) => `DROP TABLE ${objectSql(tableNameOf(values))};`,
  plan: (values, context) =>
    planForTable(values, context, ({ table, known }) => {
      if (known.referencedBy.size > 0) {
        const others = [...known.referencedBy].map((key) => context.state.tableByKey(key)?.name ?? key);
        return { refused: `Foreign keys of ${others.join(', ')} refer to ${table.name}: drop them first.` };
      }
      const aside = { ...table, name: `${table.name}_unused` };
      if (context.state.table(aside)) return { refused: `There is a table ${aside.name} already.` };
      const rename = (from: typeof table, to: string): string =>
        `ALTER TABLE IF EXISTS ${objectSql(from)} RENAME TO ${quoteIdentifier(to)}`;
      const keys = [...known.constraints.values()].filter(({ kind }) => kind === 'foreignKey');
      const phases: Phase[] = [
        {
          slug: slugOf('rename', table.name, 'aside'),
          title: `Rename ${table.name} aside`,
          why: 'Whoever still needs it fails now, and renaming it back is instant and loses nothing.',
          notes: [
            `Search for it first: the code (models and SQL), functions with string bodies, reports, and other applications. Views go on reading it by its new name.`,
          ],
          statements: [
            short(
              rename(table, aside.name),
              `airlock-ignore no-rename-table: no code uses it, and whoever does must be heard of now`,
            ),
          ],
          transactional: true,
          back: [short(rename(aside, table.name))],
          backTransactional: true,
        },
        {
          slug: slugOf('drop', table.name),
          title: `Drop ${aside.name}`,
          why: 'Nobody has missed it. Its rows are gone from here on.',
          gate: 'your slowest job, such as that of a month or a quarter, has run without it.',
          statements: [
            // One by one, so that no two other tables are locked at once.
            ...keys.map(({ name }) =>
              short(`ALTER TABLE IF EXISTS ${objectSql(aside)} DROP CONSTRAINT IF EXISTS ${quoteIdentifier(name)}`),
            ),
            short(
              `DROP TABLE IF EXISTS ${objectSql(aside)}`,
              `airlock-ignore no-drop-table: nobody has missed it since it was renamed aside`,
            ),
          ],
          transactional: keys.length === 0,
          back: [],
          backTransactional: true,
          noWayBack: `the rows of ${table.name} are gone; keep a dump of them if they may be needed.`,
        },
      ];
      return {
        title: titleOf(phases, 'rename aside → drop'),
        before: `no code that is running uses ${table.name}.`,
        phases,
        mends: [],
      };
    }),
  example: {
    schema: 'CREATE TABLE old_reports (id bigint PRIMARY KEY, body text);',
    values: { table: 'old_reports' },
  },
};
