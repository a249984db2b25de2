import * as v from 'valibot';
import { positionsOf } from '../../analysis/positions.js';
import { whoWaits } from '../../impact/locks.js';
import { statementLocks } from '../../review/statement-locks.js';
import { withoutSecrets } from '../../sql/secrets.js';
import { open } from '../desk.js';
import { firstOf, onlyFile, readable } from '../judged.js';
import { line, notes, oneMigration } from '../shapes.js';
import { defineTool, described } from '../tool.js';
import { subjectOf } from './subject.js';

const MOST_STATEMENTS = 60;

const statement = v.object({
  line,
  sql: described(v.string(), 'Its first line.'),
  inside: described(v.optional(v.picklist(['do', 'function'])), 'Set for a statement that stands in another.'),
  runsNow: described(v.optional(v.boolean()), 'False for one in the body of a function that is only made.'),
  known: described(v.boolean(), 'False where nothing is known of it: it is not safe by that.'),
  locks: v.array(v.object({ relation: v.string(), mode: v.string(), waits: v.string() })),
  rewrites: described(v.array(v.string()), 'Tables that are written anew, row by row.'),
  scans: described(v.array(v.string()), 'Tables that are read as a whole.'),
  indexBuilds: v.array(v.string()),
  transaction: described(v.picklist(['allowed', 'forbidden']), 'Whether it may run inside a transaction.'),
  fails: v.optional(v.object({ code: v.string(), message: v.string() })),
});

export const explainLocks = defineTool({
  name: 'explain_locks',
  title: 'Explain locks',
  summary: 'each statement: its locks and who waits, rewrites, scans, index builds, whether a transaction may hold it',
  description:
    'What each statement of a migration locks and who waits for it, which tables it rewrites or reads as a whole, which indexes it builds, and whether it may run inside a transaction. Measured on PostgreSQL 14 to 18.',
  input: oneMigration,
  output: v.object({
    file: v.string(),
    postgres: v.number(),
    transaction: described(v.string(), 'What runs in one transaction.'),
    statements: v.array(statement),
    moreStatements: v.number(),
    notes,
  }),
  async run(input, desk) {
    const opened = await open(subjectOf(input), desk);
    const analysis = onlyFile(opened);
    const positions = positionsOf(analysis);
    const locks = statementLocks(analysis);
    const statements = firstOf(analysis.steps, MOST_STATEMENTS).flatMap((step, index) => {
      const own = locks[index];
      if (own === undefined) return [];
      const { inside, runsNow, known, transaction, fails } = own;
      return [
        {
          line: positions.at(step.span.start).line + 1,
          sql: firstLine(step.statement.written),
          ...(inside === undefined ? {} : { inside, runsNow }),
          known,
          locks: own.locks.map(({ relation, mode }) => ({
            relation: readable(relation),
            mode,
            waits: whoWaits(mode),
          })),
          rewrites: own.rewrites.map(readable),
          scans: own.scans.map(readable),
          indexBuilds: own.indexBuilds.map(readable),
          transaction,
          ...(fails === undefined ? {} : { fails: { code: fails.code, message: readable(fails.message) } }),
        },
      ];
    });
    return {
      file: opened.files[0].name,
      postgres: analysis.target.postgres,
      transaction: analysis.transaction,
      statements,
      moreStatements: analysis.steps.length - statements.length,
      notes: opened.problems(),
    };
  },
});

function firstLine(written: string): string {
  const [first = ''] = withoutSecrets(written).split(/[\r\n]/, 1);
  return readable(first.length > 120 ? `${first.slice(0, 119)}…` : first);
}
