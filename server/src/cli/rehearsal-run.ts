import type { Analysis } from '../analysis/analyze.js';
import { type ProjectRehearsal, projectRehearsal } from '../rehearsal/project.js';
import { type OldQueries, queriesNow } from '../rehearsal/queries.js';
import { type Rehearsed, rehearse } from '../rehearsal/rehearse.js';
import type { NamedFile } from '../workspace/find-files.js';
import { type Arguments, UsageError } from './arguments.js';
import type { System } from './cache/questions.js';
import { engineFor } from './rehearsal-engine.js';
import type { Session, Terminal } from './session.js';

/** The rehearsal of the files of one project. */
export interface GroupRehearsal {
  readonly files: readonly NamedFile[];
  readonly project: ProjectRehearsal;
  readonly done: Rehearsed;
  readonly queries: OldQueries;
}

/** What a rehearsal asks of the files around, and to whom it is said how far it is. */
export type RehearsalSystem = Pick<System, 'files' | 'code'> & Pick<Terminal, 'progress'>;

/** Rehearses files project by project, as --url, --allow and --timeout say. Throws UsageError and DatabaseError. */
export async function rehearseFiles(
  given: Arguments,
  session: Session,
  files: readonly NamedFile[],
  { files: disk, code, progress }: RehearsalSystem,
): Promise<GroupRehearsal[]> {
  const limitMs = secondsOf(given.values.timeout) * 1000;
  const signal = interrupted();
  const found: GroupRehearsal[] = [];
  for (const group of groupsOf(session, files)) {
    const paths = group.map(({ path }) => path);
    const project = projectRehearsal(session.workspace, paths, { wayBack: 'author first' });
    const queries = queriesNow(session.workspace, paths[0] ?? '', { files: disk, code });
    const engine = await engineFor(given, project);
    try {
      const done = await rehearse(engine, {
        files: project.files,
        extensions: project.extensions,
        seed: project.seed,
        queries,
        limitMs,
        onProgress: (name, index, total) => progress?.(`${index + 1} of ${total}  ${name}`),
        signal,
      });
      found.push({ files: group, project, done, queries });
    } finally {
      await engine.close();
    }
  }
  return found;
}

function secondsOf(value: string | boolean | undefined): number {
  if (value === undefined) return 30;
  const seconds = Number(value);
  if (!(seconds > 0 && seconds <= 3600)) throw new UsageError(`--timeout takes seconds, not "${String(value)}".`);
  return seconds;
}

/** Ctrl+C ends what runs, so that nothing is left behind; a second one ends the process. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  return controller.signal;
}

/** The files of each project, without those that take a migration back. */
function groupsOf({ workspace }: Session, files: readonly NamedFile[]): NamedFile[][] {
  const groups = new Map<string, NamedFile[]>();
  for (const file of files) {
    if (workspace.isDown(file.path)) continue;
    const key = `${workspace.projectOf(file.path).root} ${workspace.migrationsWith(file.path)[0] ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()];
}

/** Whether the files alone show that PostgreSQL refuses the statement at this place. */
export function isCertain(analysis: Analysis | undefined, start: number): boolean {
  return analysis?.steps.some(({ span, impact }) => span.start === start && impact.fails !== undefined) === true;
}
