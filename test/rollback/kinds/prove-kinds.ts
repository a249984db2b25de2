import type { Engine } from '../../../server/src/rehearsal/engine.js';
import { type Proof, proofOf } from '../../../server/src/rehearsal/proof.js';
import { type RehearsedFile, rehearse } from '../../../server/src/rehearsal/rehearse.js';
import { runnable } from '../../../server/src/rehearsal/runnable.js';
import { parseDocument } from '../../../server/src/sql/parse.js';
import type { Grade } from '../../../server/src/rollback/undo.js';
import { gradedKinds } from './graded.js';
import { history } from './kinds.js';

/** What running the rollback of a kind has shown. */
export interface ProvenKind {
  readonly kind: string;
  readonly grade: Grade;
  readonly proof: Proof;
}

/** Runs every kind and the rollback that Airlock writes for it, one behind the other in one database with rows. */
export async function proveKinds(engine: Engine): Promise<ProvenKind[]> {
  const statements = (sql: string) => runnable(parseDocument(sql), []);
  const graded = gradedKinds().filter(({ rollback: { worst } }) => worst !== 'impossible');
  const files = graded.flatMap(
    ({
      kind,
      up,
      rollback: {
        files: [written],
      },
    }): RehearsedFile[] => {
      const back = statements(written?.sql ?? '');
      const file = { path: `/${kind}`, name: kind, statements: statements(up), rehearse: true };
      return [
        { ...file, wayBack: () => ({ by: 'airlock', isPartial: false, statements: back }) },
        // The next one finds the schema as it was.
        { path: `/${kind} back`, name: `${kind} back`, statements: back, rehearse: false },
      ];
    },
  );
  const first = { path: '/history', name: 'history', statements: statements(history), rehearse: false };
  const done = await rehearse(engine, { files: [first, ...files], extensions: ['pgcrypto'] });
  const [gap] = done.unreplayed;
  if (gap) throw new Error(`${gap.file.name}: ${gap.stopped.message}`);
  return done.files.map((result, index) => ({
    kind: result.name,
    grade: graded[index]?.rollback.worst ?? 'impossible',
    proof: proofOf(result, done.engine),
  }));
}

/** Those that running contradicts, a line each: "lossless" has to come back, "lossy" its schema. */
export function contradicted(proven: readonly ProvenKind[]): string[] {
  return proven.flatMap(({ kind, grade, proof: { verdict, text } }) =>
    verdict === 'equal' || (grade === 'lossy' && verdict === 'lossy') ? [] : [`${kind} is ${grade}: ${text}`],
  );
}
