import { descendantsOf } from '../schema/descendants.js';
import type { Table } from '../schema/model.js';
import type { SchemaState } from '../schema/state.js';
import { doBlock } from '../schema/safe-statements.js';
import type { ObjectName } from '../sql/action.js';
import { objectSql, qualify, quoteIdentifier, quoteLiteral } from '../sql/quote.js';
import {
  alterTable,
  harmless,
  type Phase,
  type PhaseStatement,
  type Refusal,
  short,
  slugOf,
  unbounded,
} from './plan.js';

/**
 * A foreign key of a partitioned table before PostgreSQL 18, which knows no NOT VALID there: added and proven in every
 * partition, and then to the table itself, which takes over the keys of its partitions and scans none (measured on
 * PostgreSQL 15 and 18). In: the key as a table constraint from FOREIGN KEY on.
 */
export function partitionedKeyPhases(
  table: ObjectName,
  known: Table,
  name: string,
  form: string,
  state: SchemaState,
): Phase[] | Refusal {
  const leaves = descendantsOf(known, (key) => state.tableByKey(key)).filter(({ partitionBy }) => !partitionBy);
  if (leaves.length === 0) return { refused: `No migration makes a partition of ${table.name}.` };
  const quoted = quoteIdentifier(name);
  const parts = leaves.map(({ schema, name: leaf }) => ({
    relation: qualify(state.searchPath.includes(schema) ? undefined : schema, leaf),
    label: leaf,
  }));
  const there = (relation: string): string =>
    `EXISTS (SELECT FROM pg_constraint WHERE conrelid = ${quoteLiteral(relation)}::regclass AND conname = ${quoteLiteral(name)})`;
  const added = parts.map(
    ({ relation }): PhaseStatement =>
      short(
        doBlock([
          `IF NOT ${there(relation)} THEN`,
          `  ALTER TABLE ${relation} ADD CONSTRAINT ${quoted} ${form} NOT VALID;`,
          'END IF;',
        ]),
      ),
  );
  const proven = parts.map(({ relation }) => unbounded(`ALTER TABLE ${relation} VALIDATE CONSTRAINT ${quoted}`));
  const names = parts.map(({ label }) => label).join(', ');
  const whole = objectSql(table);
  return [
    {
      slug: slugOf('add', name, 'to_partitions'),
      title: `Add ${name} to each partition of ${table.name}, not yet proven`,
      why: 'NOT VALID checks new rows only. A partitioned table itself knows no NOT VALID before PostgreSQL 18.',
      notes: [`Partitions: ${names}.`],
      statements: added,
      transactional: false,
      back: parts.map(({ relation }) => short(`ALTER TABLE ${relation} DROP CONSTRAINT IF EXISTS ${quoted}`)),
      backTransactional: false,
    },
    {
      slug: slugOf('validate', name),
      title: `Prove ${name} for the old rows of each partition`,
      why: 'VALIDATE scans while reads and writes go on. If a row breaks it, mend the row and run this again.',
      statements: proven,
      transactional: false,
      back: [],
      backTransactional: true,
    },
    {
      slug: slugOf('add', name),
      title: `Add ${name} to ${table.name}`,
      why: `Every partition has it already, so that nothing is scanned. New partitions get it by themselves.`,
      statements: [
        {
          ...harmless(
            doBlock([
              `IF EXISTS (SELECT FROM pg_partition_tree(${quoteLiteral(whole)}) AS part WHERE part.isleaf AND NOT EXISTS (`,
              `  SELECT FROM pg_constraint WHERE conrelid = part.relid AND conname = ${quoteLiteral(name)} AND convalidated)) THEN`,
              `  RAISE EXCEPTION 'a partition of % lacks %, so that it would be scanned: add and validate it there first', ${quoteLiteral(table.name)}, ${quoteLiteral(name)};`,
              'END IF;',
            ]),
          ),
          note: 'A partition that no migration makes would be scanned while its writers wait.',
        },
        short(
          doBlock([
            `IF NOT ${there(whole)} THEN`,
            `  ${alterTable(table, `ADD CONSTRAINT ${quoted} ${form}`)};`,
            'END IF;',
          ]),
          'airlock-ignore require-foreign-key-not-valid: every partition has proven it',
        ),
      ],
      transactional: true,
      verify: `SELECT convalidated FROM pg_constraint WHERE conrelid = ${quoteLiteral(whole)}::regclass AND conname = ${quoteLiteral(name)}; -- true`,
      // The keys of the partitions go with that of the table.
      back: [short(alterTable(table, `DROP CONSTRAINT IF EXISTS ${quoted}`)), ...added, ...proven],
      backTransactional: false,
    },
  ];
}
