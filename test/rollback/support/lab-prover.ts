import { rollback } from '../../../server/src/rollback/rollback.js';
import { changedRows, differenceText, schemaDifference } from '../../../server/src/rehearsal/differences.js';
import { type Engine, SqlError } from '../../../server/src/rehearsal/engine.js';
import { allRows, schemaOf } from '../../../server/src/rehearsal/look-at.js';
import { analysed } from '../../support/analysed.js';
import { lab, labRows } from './lab.js';

/** Where a migration of the lab finds the lab: in the files before it, or in the database alone. */
export type Where = 'in the history' | 'in no file';

/** What became of a migration of the lab and its rollback. */
export interface LabProof {
  readonly up: string;
  readonly where: Where;
  readonly grade: string;
  /** Undefined where the grade has held; "not run: …" where the migration itself does not run here. */
  readonly wrong: string | undefined;
}

/** What only stands outside of a transaction. */
const alone = /CONCURRENTLY|^BEGIN;|^REINDEX/;

/** What comes back and is not as it was, where the rollback says so in words. */
const said: readonly (readonly [RegExp, RegExp])[] = [
  [/checks new rows only until/, /NOT VALID|not validated/],
  [/counts? as its own/, /inherited|local/],
  [/waits until the values are back/, /constraint/],
  [/stays nullable until every row has a value/, /^column .* not null"/],
];

/** Makes the lab in an empty database. */
export async function makeLab(engine: Engine): Promise<void> {
  await engine.run(`CREATE ROLE alice; CREATE ROLE bob;`).catch((error: unknown) => {
    if (!(error instanceof SqlError)) throw error;
  });
  await engine.run(lab);
  await engine.run(labRows);
}

/** Runs each migration and its rollback in a transaction that is rolled back, and holds the grade against what is there then. */
export async function proveLab(engine: Engine, ups: readonly string[], places: readonly Where[]): Promise<LabProof[]> {
  const before = { schema: await schemaOf(engine), rows: await allRows(engine) };
  const found: LabProof[] = [];
  for (const up of ups)
    for (const where of places) {
      if (alone.test(up)) continue;
      const { analysis, history } = await analysed(where === 'in the history' ? [lab] : [], up, {
        config: { postgres: engine.postgres >= 18 ? 18 : 15, transaction: 'per-file' },
      });
      const made = rollback(analysis, history);
      const isPartial = made.worst === 'impossible';
      await engine.run('BEGIN');
      try {
        const refused = await refusedBy(engine, up);
        const middle = refused === undefined && isPartial ? await schemaOf(engine) : undefined;
        const failed = refused === undefined ? await refusedBy(engine, made.files[0]?.sql ?? '') : undefined;
        let wrong = refused === undefined ? undefined : `not run: ${refused}`;
        if (failed !== undefined) wrong = `the rollback fails: ${failed}`;
        else if (refused === undefined) {
          const schema = await schemaOf(engine);
          const reasons = made.steps.map(({ reason }) => reason).join(' ');
          if (middle) {
            const gone = before.schema.filter((line) => middle.includes(line) && !schema.includes(line));
            if (gone.length > 0) wrong = `destroys ${gone.join(' | ')}`;
          } else {
            const differs = schemaDifference(before.schema, schema)
              .map(differenceText)
              .filter((line) => !said.some(([reason, what]) => reason.test(reasons) && what.test(line)));
            const rows = made.worst === 'lossless' ? changedRows(before.rows, await allRows(engine)) : new Map();
            if (differs.length > 0) wrong = `the schema differs: ${differs.join(' | ')}`;
            else if (rows.size > 0) wrong = `the rows of ${[...rows.keys()].join()} differ`;
          }
        }
        found.push({ up, where, grade: made.worst, wrong });
      } finally {
        await engine.run('ROLLBACK');
      }
    }
  return found;
}

async function refusedBy(engine: Engine, sql: string): Promise<string | undefined> {
  try {
    await engine.run(sql);
    return undefined;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return error.message;
  }
}
