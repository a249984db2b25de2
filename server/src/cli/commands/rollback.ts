import { positionsOf } from '../../analysis/positions.js';
import { projectRehearsal } from '../../rehearsal/project.js';
import { type Proof, proofOf, provenRollback } from '../../rehearsal/proof.js';
import { rehearse } from '../../rehearsal/rehearse.js';
import { rollback } from '../../rollback/rollback.js';
import { visibleLine } from '../../sql/visible.js';
import { type Arguments, choice, forMigrations, inForms } from '../arguments.js';
import { named } from '../../workspace/find-files.js';
import { openFile, type Terminal } from '../session.js';
import type { Workspace } from '../../workspace/workspace.js';
import { writeFiles } from '../write-files.js';
import { engineFor } from '../rehearsal-engine.js';

export const options = {
  ...forMigrations,
  ...inForms,
  write: { type: 'boolean' },
  prove: { type: 'boolean' },
  url: { type: 'string' },
  allow: { type: 'string' },
} as const;

export const help = `pg-airlock rollback FILE [options]

The migration that takes FILE back, with a grade for every step: lossless, lossy, impossible.

  --write              write the rollback file beside the migration
  --prove              run it first, on PostgreSQL 18 (PGlite) or on a server, and lower the grades that it contradicts
  --url URL            the server, for --prove; see pg-airlock rehearse --help
  --format text|json   default: text
  --postgres 14…18
  --config FILE        default: the nearest airlock.config.json
`;

export async function run(given: Arguments, terminal: Terminal): Promise<number> {
  const format = choice(given.values, 'format', ['text', 'json']);
  const opened = await openFile(given, terminal);
  if (!opened) return 2;
  const { session, file, analysis } = opened;
  const written = rollback(analysis, session.workspace.historyOf(file.path));
  const proof =
    given.values.prove === true && written.files.length > 0
      ? await prove(given, session.workspace, file.path)
      : undefined;
  const result = proof ? provenRollback(written, proof) : written;
  const nameOf = (path: string): string => named(path, given.paths[0] ?? '');
  if (given.values.write === true) {
    writeFiles(
      result.files.map((each) => ({
        path: each.path,
        name: nameOf(each.path),
        text: each.sql,
        replaces: each.path === file.path,
      })),
    );
    for (const each of result.files) terminal.err(`wrote ${visibleLine(nameOf(each.path))}\n`);
  }
  if (format === 'json') {
    const positions = positionsOf(analysis);
    const steps = result.steps.map(({ span, grade, reason }) => ({ range: positions.range(span), grade, reason }));
    terminal.data(
      `${JSON.stringify({ files: result.files.map((each) => ({ ...each, path: nameOf(each.path) })), steps, ...(proof && { proof }) }, null, 2)}\n`,
    );
    return session.failed ? 2 : 0;
  }
  if (given.values.write !== true) for (const each of result.files) terminal.data(each.sql);
  terminal.err(`${result.summary}\n`);
  if (proof) terminal.err(`${visibleLine(proof.text)}\n`);
  return session.failed ? 2 : 0;
}

async function prove(given: Arguments, workspace: Workspace, path: string): Promise<Proof | undefined> {
  const project = projectRehearsal(workspace, [path], { wayBack: 'airlock' });
  const engine = await engineFor(given, project);
  try {
    const { files, engine: name } = await rehearse(engine, { files: project.files, extensions: project.extensions });
    const [result] = files;
    return result && proofOf(result, name);
  } finally {
    await engine.close();
  }
}
