import { triggersOf } from '../../schema/fired-triggers.js';
import { objectSql, quoteIdentifier } from '../../sql/quote.js';
import { backfillPhase } from '../backfill-phase.js';
import { alterTable, harmless, isRefused, type Phase, short, slugOf, titleOf } from '../plan.js';
import {
  expressionIn,
  nameIn,
  onlyStatement,
  type Pattern,
  PatternError,
  type PatternValues,
  planForTable,
  tableField,
  tableNameOf,
  typeIn,
} from './pattern.js';

const storages = ['stored', 'virtual'];

function columnOf(values: PatternValues): string {
  const storage = (values.storage ?? 'stored').toLowerCase();
  if (!storages.includes(storage)) throw new PatternError(`"storage" is one of ${storages.join(', ')}.`);
  const sql = `ADD COLUMN ${quoteIdentifier(nameIn(values, 'column'))} ${typeIn(values)} GENERATED ALWAYS AS (${expressionIn(values, 'expression')}) ${storage.toUpperCase()}`;
  const { actions, problem } = onlyStatement(`ALTER TABLE t ${sql}`);
  if (problem || actions.length !== 1) throw new PatternError(`PostgreSQL does not read this column: ${sql}`);
  return sql;
}

/** A column that is computed from others. */
export const addGeneratedColumn: Pattern = {
  id: 'add-generated-column',
  title: 'Add a column that is computed from others',
  summary: 'GENERATED … STORED computes every row, and rewrites the table, while nobody can read it.',
  fields: [
    tableField,
    { name: 'column', kind: 'new name', title: 'The new column' },
    { name: 'type', kind: 'type', title: 'Its type' },
    { name: 'expression', kind: 'expression', title: 'What it is computed from, such as price * amount' },
    {
      name: 'storage',
      kind: 'choice',
      title: 'virtual computes it when it is read (PostgreSQL 18); stored if nothing is said',
      choices: storages,
      optional: true,
    },
  ],
  usual: (values) => `ALTER TABLE ${objectSql(tableNameOf(values))} ${columnOf(values)};`,
  plan: (values, context) =>
    planForTable(values, context, ({ table, known }) => {
      const { state, target } = context;
      const added = columnOf(values);
      const name = nameIn(values, 'column');
      const [column, type, expression] = [quoteIdentifier(name), typeIn(values), expressionIn(values, 'expression')];
      const relation = objectSql(table);
      if (known.columns.has(name)) return { refused: `${table.name} has a column ${name} already.` };
      if (/\bVIRTUAL$/.test(added)) {
        if (target.postgres < 18) return { refused: 'VIRTUAL needs PostgreSQL 18.' };
        const phase: Phase = {
          slug: slugOf('add', table.name, name),
          title: `Add ${name} to ${table.name}, computed when it is read`,
          why: 'A virtual column stores nothing, so that no row is touched.',
          notes: ['It cannot be indexed, and every read computes it.'],
          statements: [short(alterTable(table, added.replace('ADD COLUMN', 'ADD COLUMN IF NOT EXISTS')))],
          transactional: true,
          back: [short(alterTable(table, `DROP COLUMN IF EXISTS ${column}`))],
          backTransactional: true,
        };
        return { title: 'Add it as a virtual column', phases: [phase], mends: [] };
      }
      const forked = state.fork();
      forked.writableTable(table).columns.set(name, {
        name,
        type: undefined,
        notNull: false,
        default: undefined,
        generated: undefined,
        identity: undefined,
        collation: undefined,
        sequence: undefined,
        release: state.release,
      });
      const value = `(${expression})::${type}`;
      const filled = backfillPhase(
        forked,
        table,
        [{ column: name, expression: value }],
        `${column} IS DISTINCT FROM ${value}`,
        `Fill ${table.name}.${name}`,
        'Every batch is a transaction of its own, so that no row stays locked for longer than its batch.',
      );
      if (isRefused(filled)) return filled;
      // BEFORE triggers fire in the order of their names: this one has to see what the others have done to the row.
      let trigger = `~${table.name}_${name}`;
      const others = triggersOf({ table, events: ['INSERT', 'UPDATE'], assigns: [] }, state);
      while (others.some((other) => other.trigger.name >= trigger)) trigger = `~${trigger}`;
      const [quoted, called] = [
        quoteIdentifier(trigger),
        objectSql({ schema: table.schema, name: `${table.name}_${name}_computed` }),
      ];
      const dropped = [
        short(`DROP TRIGGER IF EXISTS ${quoted} ON ${relation}`),
        short(`DROP FUNCTION IF EXISTS ${called}()`),
      ];
      const phases: Phase[] = [
        {
          slug: slugOf('add', table.name, name),
          title: `Add ${name} to ${table.name}, computed by a trigger in every write`,
          why: 'The column is empty at first, so that no row is touched. A trigger does what GENERATED would do.',
          notes: [
            'The trigger stays. In difference to GENERATED, an INSERT or UPDATE may name the column; what it writes is replaced.',
          ],
          statements: [
            short(alterTable(table, `ADD COLUMN IF NOT EXISTS ${column} ${type}`)),
            harmless(`CREATE OR REPLACE FUNCTION ${called}() RETURNS trigger LANGUAGE plpgsql AS $computed$
BEGIN
  SELECT ${value} INTO new.${column} FROM (SELECT new.*) AS written;
  RETURN new;
END $computed$`),
            short(`DROP TRIGGER IF EXISTS ${quoted} ON ${relation}`),
            short(
              `CREATE TRIGGER ${quoted} BEFORE INSERT OR UPDATE ON ${relation} FOR EACH ROW EXECUTE FUNCTION ${called}()`,
            ),
          ],
          transactional: true,
          back: [
            ...dropped,
            short(
              alterTable(table, `DROP COLUMN IF EXISTS ${column}`),
              'airlock-ignore no-drop-column: it is computed from the other columns',
            ),
          ],
          backTransactional: true,
        },
        filled,
      ];
      return { title: titleOf(phases, 'column and trigger → backfill'), phases, mends: [] };
    }),
  example: {
    schema: 'CREATE TABLE lines (id bigint PRIMARY KEY, price numeric, amount int, note text);',
    values: { table: 'lines', column: 'total', type: 'numeric', expression: 'price * amount' },
  },
};
