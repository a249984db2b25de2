import { positionsOf } from '../analysis/positions.js';
import type { Engine, Kept } from '../rehearsal/engine.js';
import { Standby } from '../rehearsal/pglite/standby.js';
import { type ProjectOptions, projectRehearsal } from '../rehearsal/project.js';
import { type Proof, proofOf } from '../rehearsal/proof.js';
import { notesOf } from '../rehearsal/notes.js';
import { type OldQueries, type QuerySystem, queriesFor } from '../rehearsal/queries.js';
import { rehearse } from '../rehearsal/rehearse.js';
import { outcomeOf, remarksOf } from '../rehearsal/remarks.js';
import { openServer } from '../rehearsal/server/open-server.js';
import { KeptStates } from '../rehearsal/states.js';
import { markdownText } from '../review/markdown-text.js';
import type { Workspace } from '../workspace/workspace.js';
import type { RehearsalProgressParams, RehearsedFileResult, RehearseResult } from './messages/messages.js';

/** How a rehearsal is watched and ended. */
export interface RehearsalWatch {
  readonly signal: AbortSignal;
  progress(params: RehearsalProgressParams): void;
}

/** What a checker asks of rehearsals. */
export type Rehearsing = Pick<Rehearsals, 'run' | 'prove'>;

/** Rehearsals of an editor, one after the other: an engine takes hundreds of megabytes while it runs. */
export class Rehearsals {
  /** So that the second rehearsal of a file need not replay its history. */
  private readonly states = new KeptStates();
  private readonly standby = new Standby();
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly uriOf: (path: string) => string,
    private readonly system: QuerySystem,
  ) {}

  /** In: files of one folder of migrations; the server on which they run, or nothing for the embedded PostgreSQL. */
  run(workspace: Workspace, paths: readonly string[], watch: RehearsalWatch, url?: string): Promise<RehearseResult> {
    return this.inTurn(() => this.runNow(workspace, paths, 'author first', watch, url).then(({ result }) => result));
  }

  /** What running the rollback that Airlock writes shows; undefined where it was ended. */
  prove(workspace: Workspace, path: string, watch: RehearsalWatch): Promise<Proof | undefined> {
    return this.inTurn(() => this.runNow(workspace, [path], 'airlock', watch).then(({ proofs }) => proofs[0]));
  }

  /** The code is searched in steps: messages are read between two of them. */
  private async queriesFor(workspace: Workspace, path: string): Promise<OldQueries> {
    const running = queriesFor(workspace, path, this.system);
    for (let last = performance.now(); ; ) {
      const step = running.next();
      if (step.done) return step.value;
      if (performance.now() - last < 15) continue;
      await new Promise((resolve) => setImmediate(resolve));
      last = performance.now();
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.last.then(work);
    this.last = next.catch(() => undefined);
    return next;
  }

  private async runNow(
    workspace: Workspace,
    paths: readonly string[],
    wayBack: ProjectOptions['wayBack'],
    { signal, progress }: RehearsalWatch,
    url?: string,
  ): Promise<{ readonly result: RehearseResult; readonly proofs: readonly Proof[] }> {
    const project = projectRehearsal(workspace, paths, { wayBack });
    const embedded = url === undefined ? this.standby.take(project.extensions) : undefined;
    const engine: Engine =
      embedded ?? (await openServer(url ?? '', { evenProduction: false, advice: 'Name another server.' }));
    let base: Kept | undefined;
    try {
      const done = await rehearse(engine, {
        files: project.files,
        extensions: project.extensions,
        seed: project.seed,
        queries: wayBack === 'airlock' ? undefined : await this.queriesFor(workspace, paths[0] ?? ''),
        ...(url === undefined ? { states: this.states } : {}),
        signal,
        onProgress: (name, index, total) => progress({ name, index, total }),
      });
      base = done.base;
      const proofs = done.files.map((result) => proofOf(result, done.engine));
      const files = done.files.map((result, index): RehearsedFileResult => {
        const analysis = project.analysisOf(result.path);
        const positions = analysis && positionsOf(analysis);
        const remarks = remarksOf(
          result,
          ({ start }) =>
            analysis?.steps.some(({ span, impact }) => span.start === start && impact.fails !== undefined) === true,
        );
        return {
          uri: this.uriOf(result.path),
          name: result.name,
          outcome: outcomeOf(remarks),
          remarks: remarks.map(({ severity, about, span, message }) => ({
            severity,
            about,
            message,
            ...(span && positions && { range: positions.range(span) }),
          })),
          ran: {
            rollback: result.back !== undefined,
            again: result.again !== undefined,
            queries: result.oldCode !== undefined,
          },
          proof: proofs[index]?.text ?? '',
          ms: Math.round(result.ms),
        };
      });
      const notes = [
        ...done.unreplayed.map(
          ({ file, stopped }) => `${markdownText(file.name)} was not replayed: ${markdownText(stopped.message)}`,
        ),
        ...notesOf(done).map(markdownText),
        ...done.roles.map((role) => `The role ${markdownText(role)} was made for the rehearsal; no file makes it.`),
      ];
      return {
        proofs,
        result: {
          engine: done.engine,
          files,
          markdown: markdownOf(engine, files, notes, done.cancelled),
          cancelled: done.cancelled,
          ...(engine.address === undefined ? {} : { address: engine.address }),
        },
      };
    } finally {
      // One that was cancelled, or lost, is closed.
      if (embedded && base) this.standby.give(embedded, project.extensions, base);
      else await engine.close();
    }
  }
}

function markdownOf(
  { name: engine, address }: Pick<Engine, 'name' | 'address'>,
  files: readonly RehearsedFileResult[],
  notes: readonly string[],
  cancelled: boolean,
): string {
  const lines = [
    '# Rehearsal',
    '',
    address === undefined
      ? `Run on ${engine}, behind the history of the files, on rows made for it. It shows no time and no waiting of a real server.`
      : `Run on ${engine} at ${markdownText(address)}, in a scratch database that is gone again, behind the history of the files, on rows made for it.`,
    '',
  ];
  if (cancelled) lines.push('It was cancelled before its end.', '');
  for (const note of notes) lines.push(`- ${note}`);
  if (notes.length > 0) lines.push('');
  for (const { name, outcome, proof, remarks } of files) {
    lines.push(`## ${markdownText(name)}: ${outcome}`, '', `Rollback: ${markdownText(proof)}.`, '');
    for (const { range, severity, message } of remarks)
      lines.push(
        `- ${range ? `line ${range.start.line + 1}, ` : ''}${severity === 'unknown' ? 'not rehearsed' : severity}: ${markdownText(message)}`,
      );
    if (remarks.length > 0) lines.push('');
  }
  return lines.join('\n');
}
