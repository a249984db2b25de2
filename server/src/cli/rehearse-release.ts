import { counted } from '../../../rules/engine/words.js';
import { notesOf } from '../rehearsal/notes.js';
import { proofOf } from '../rehearsal/proof.js';
import { outcomeOf, remarksOf } from '../rehearsal/remarks.js';
import type { ReviewedIndex } from '../review/index-plans.js';
import type { RehearsedFacts } from '../review/rehearsed.js';
import type { ReleaseRehearsal } from '../review/review.js';
import { initParser } from '../sql/postgres-parser.js';
import type { NamedFile } from '../workspace/find-files.js';
import { loadHostParsers } from '../workspace/host-parsers.js';
import type { Arguments } from './arguments.js';
import { releasePlans } from './release-plans.js';
import { isCertain, rehearseFiles, type RehearsalSystem } from './rehearsal-run.js';
import type { Session } from './session.js';

/**
 * Rehearses the pending migrations of a release for its review, with the plans of queries where they are wanted. Throws
 * UsageError and DatabaseError.
 */
export async function rehearseRelease(
  given: Arguments,
  session: Session,
  files: readonly NamedFile[],
  system: RehearsalSystem,
  { withPlans }: { readonly withPlans: boolean },
): Promise<ReleaseRehearsal> {
  // It stands in another bundle than the commands that call it, with a parser of its own.
  await initParser();
  await loadHostParsers(files.flatMap(({ path }) => [...session.workspace.languagesWith(path)]));
  const facts = new Map<string, RehearsedFacts>();
  const notes: string[] = [];
  const plans: ReviewedIndex[] = [];
  for (const group of await rehearseFiles(given, session, files, system)) {
    const { project, done } = group;
    const counts = { passed: 0, failed: 0, 'not rehearsed': 0 };
    for (const result of done.files) {
      const analysis = project.analysisOf(result.path);
      const remarks = remarksOf(result, (span) => isCertain(analysis, span.start));
      counts[outcomeOf(remarks)] += 1;
      facts.set(result.path, { proof: proofOf(result, done.engine), remarks });
    }
    const shown = Object.entries(counts).flatMap(([outcome, count]) => (count > 0 ? [`${count} ${outcome}`] : []));
    notes.push(`${counted(done.files.length, 'migration')} run on ${done.engine}: ${shown.join(', ') || 'none'}.`);
    if (done.cancelled) notes.push('It was cancelled before its end.');
    for (const { path, message } of project.unread) notes.push(`${path} was not replayed: ${message}`);
    for (const { file, stopped } of done.unreplayed) notes.push(`${file.name} was not replayed: ${stopped.message}.`);
    for (const role of done.roles) notes.push(`The role ${role} was made for the rehearsal; no file makes it.`);
    notes.push(...notesOf(done));
    if (!withPlans || done.cancelled) continue;
    const planned = await releasePlans(given, group, system);
    plans.push(...planned.plans);
    notes.push(...planned.notes);
  }
  return { of: (path) => facts.get(path), notes, plans };
}
