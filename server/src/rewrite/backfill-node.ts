import { quoteIdentifier } from '../sql/quote.js';
import { nodeScript } from './backfill-node-script.js';
import type { Backfill } from './backfill-request.js';
import { assignedColumns, partsOf, unknownColumns } from './backfill-spec.js';
import { commentText } from './session.js';

/**
 * A backfill as a script for Node, for teams whose migration tool puts everything into a transaction: a module that needs
 * the package `pg` and nothing else.
 */
export function nodeBackfill({ title, phase, whole }: Backfill, fileName: string): string {
  const parts = partsOf(whole);
  const head = [
    `${title}.`,
    `Run it with: node ${fileName} [--batch ROWS] [--pause MS] [--max-lag SECONDS]`,
    'It needs Node 18 or later and the package "pg". The address of the database: DATABASE_URL, or PGHOST, PGUSER and so on;',
    'not that of a pool that hands a session to several clients, such as PgBouncer in transaction mode.',
    ...(phase.notes ?? []).filter((note) => !ofTheBlock.test(note)),
    'Every batch is a transaction of its own. Stop it with Ctrl+C; the next run goes on where it stopped.',
    'Exit codes: 0 done, 1 refused or failed, 2 no connection or a wrong word, 3 it runs already, 130 stopped.',
  ];
  const data: readonly (readonly [name: string, value: string | number])[] = [
    ['table', parts.table],
    ['job', parts.job],
    ['set', assignedColumns(whole.set, '\n').join(', ')],
    ['where', whole.predicate],
    ['columns', unknownColumns(whole)],
    ['progressTable', parts.progress],
    ['maxLagSeconds', parts.lagSeconds],
    ['maxLagMegabytes', parts.lagMegabytes],
  ];
  const key = whole.key.map(
    ({ column, type }) => `{ column: ${JSON.stringify(quoteIdentifier(column))}, type: ${JSON.stringify(type)} }`,
  );
  return `#!/usr/bin/env node
${head.map((line) => `// ${commentText(line)}\n`).join('')}
${imports.join('\n')}

const backfill = {
${data.map(([name, value]) => `  ${name}: ${JSON.stringify(value)},\n`).join('')}  // By which the table is walked; without a key, by its blocks.
  key: [${key.join(', ')}],
};

${nodeScript}`;
}

const imports = [
  "import { setTimeout as sleep } from 'node:timers/promises';",
  "import { parseArgs } from 'node:util';",
  "import pg from 'pg';",
];

/** Notes that are of the block alone. */
const ofTheBlock = /^(?:Must not run inside|Stop it when)/;
