import { chooseName, objectSql, qualify, quoteLiteral } from '../../sql/quote.js';
import { type Phase, slugOf, unbounded } from '../plan.js';
import { indexIn, withoutInvalid } from './indexes.js';
import type { Pattern } from './pattern.js';

/** What REINDEX CONCURRENTLY calls the index that it builds, and the old one while it takes that away (ReindexRelationConcurrently). */
const passing = ['ccnew', 'ccold'] as const;

/** An index built anew, since it has grown or the collation of the system has changed. */
export const rebuildIndex: Pattern = {
  id: 'rebuild-index',
  title: 'Rebuild an index',
  summary: 'REINDEX lets nobody write into the table until the index is built, and no query that would use it begins.',
  fields: [{ name: 'index', kind: 'index', title: 'The index' }],
  usual: (values) => `REINDEX INDEX ${objectSql(indexIn(values))};`,
  plan(values, { state }) {
    const name = indexIn(values);
    const index = state.index(name);
    if (!index) return { refused: `No migration makes an index ${name.name}: is it the right name?` };
    const table = state.tableByKey(index.table);
    if (table?.partitionBy)
      return { refused: `${index.name} is of a partitioned table: rebuild the index of each partition.` };
    const constraint = index.constraint === undefined ? undefined : table?.constraints.get(index.constraint);
    if (constraint?.kind === 'exclusion')
      return {
        refused: `${index.name} is of an exclusion constraint, which PostgreSQL does not rebuild concurrently.`,
      };
    const relation = objectSql(name);
    const phase: Phase = {
      slug: slugOf('rebuild', index.name),
      title: `Rebuild ${index.name} beside reads and writes`,
      why: 'CONCURRENTLY builds a second index beside the old one, waits for transactions that are open, and blocks nobody.',
      notes: ['It needs room for both, reads the table twice, and may not run inside a transaction.'],
      statements: [
        ...passing.flatMap((label) => withoutInvalid(qualify(name.schema, chooseName([index.name], label)))),
        unbounded(`REINDEX INDEX CONCURRENTLY ${relation}`),
      ],
      transactional: false,
      verify: `SELECT indisvalid FROM pg_index WHERE indexrelid = ${quoteLiteral(relation)}::regclass; -- true`,
      // The index is what it was.
      back: [],
      backTransactional: true,
    };
    return { title: 'Rebuild the index with CONCURRENTLY', phases: [phase], mends: ['require-concurrent-reindex'] };
  },
  example: {
    schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);\nCREATE INDEX orders_note_idx ON orders (note);',
    values: { index: 'orders_note_idx' },
  },
};
