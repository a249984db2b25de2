import type { Analysis } from '../analysis/analyze.js';
import { positionsOf } from '../analysis/positions.js';
import { knownIndexName } from '../schema/names.js';

/** An index that a migration makes or drops. */
export interface IndexChange {
  readonly what: 'made' | 'dropped';
  readonly index: string;
  /** Its table, without and with the schema. */
  readonly table: string;
  readonly key: string;
  /** Of the migration, from 1. */
  readonly line: number;
}

/** The indexes that a migration makes or drops, those of new tables left out: no query of today reads them. */
export function indexChanges(analysis: Analysis): IndexChange[] {
  const positions = positionsOf(analysis);
  const found: IndexChange[] = [];
  analysis.walk(({ origin, statement, span }, before) => {
    if (origin !== 'file') return;
    const line = positions.at(span.start).line + 1;
    for (const action of statement.actions) {
      if (action.kind === 'createIndex' && !before.isNew(action.table)) {
        const { schema, name } = before.named(action.table);
        const index = knownIndexName(before, action);
        if (index !== undefined) found.push({ what: 'made', index, table: name, key: `${schema}.${name}`, line });
      }
      if (action.kind === 'dropIndex') {
        const index = before.index(action.index);
        const table = index && before.tableByKey(index.table);
        if (table) found.push({ what: 'dropped', index: index.name, table: table.name, key: table.key, line });
      }
    }
  });
  return found;
}
