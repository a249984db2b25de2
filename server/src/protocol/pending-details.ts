import type { Analysis } from '../analysis/analyze.js';
import { nothingToJudge } from '../analysis/finding.js';
import { releaseFiles } from '../review/release.js';
import { reviewedMigration } from '../review/statements.js';
import { type OpenEnd, openEnds } from '../schema/open-ends.js';
import type { SchemaState } from '../schema/state.js';
import { visibleLine } from '../sql/visible.js';
import type { Workspace } from '../workspace/workspace.js';
import { uriOfPath } from './file-uris.js';
import { breathe } from './safely.js';
import type { PendingDetail } from './messages/pending.js';
import { badgeText, lockBadge } from './navigation/lock-badge.js';

/** So many are looked at in one request; the client asks for more. */
const MOST = 50;

interface Known {
  readonly text: string;
  readonly history: SchemaState | undefined;
  readonly analysis: Analysis;
  /** Its path as the history names it. */
  readonly shown: string | undefined;
}

/** What the list of pending migrations says of each. What has not changed is not judged again. */
export class PendingDetails {
  private readonly known = new WeakMap<Workspace, Map<string, Known>>();

  /** In: paths of pending migrations. `withCode` adds what the application's code has of what they take away. */
  async of(
    workspace: Workspace,
    paths: readonly string[],
    withCode: (analysis: Analysis) => Analysis,
  ): Promise<PendingDetail[]> {
    const details: PendingDetail[] = [];
    for (const path of paths.slice(0, MOST)) {
      // Who types does not wait for the list.
      await breathe();
      details.push(this.detailAt(workspace, path, withCode));
    }
    return details;
  }

  private detailAt(workspace: Workspace, path: string, withCode: (analysis: Analysis) => Analysis): PendingDetail {
    const uri = uriOfPath(path);
    const found = this.analysisOf(workspace, path);
    if ('message' in found) return { uri, verdict: nothingToJudge, phases: [], openEnds: [], problem: found.message };
    return detailOf(uri, withCode(found.analysis), found.shown, endOf(workspace, path));
  }

  private analysisOf(workspace: Workspace, path: string): Known | { readonly message: string } {
    const memory = this.known.get(workspace) ?? new Map<string, Known>();
    this.known.set(workspace, memory);
    const input = workspace.inputFor(path);
    if (!('document' in input)) return { message: input.message };
    const { text } = input.host ?? input.document;
    const known = memory.get(path);
    if (known?.text === text && known.history === input.history && known.analysis.config === input.config) return known;
    const analysis = workspace.analyze(path);
    if (!('findings' in analysis)) return { message: analysis.message };
    const made: Known = { text, history: input.history, analysis, shown: input.shownPath };
    memory.set(path, made);
    return made;
  }
}

/** The schema behind all migrations of a folder, as the next release will find it. */
function endOf(workspace: Workspace, path: string): SchemaState {
  const set = workspace.setFor(path);
  const end = workspace.states.before(set, set.paths.length).fork();
  end.release += 1;
  return end;
}

function detailOf(uri: string, analysis: Analysis, shown: string | undefined, end: SchemaState): PendingDetail {
  const { findings, steps, verdict, document, leftAlone } = analysis;
  const run = steps.filter(({ origin }) => origin !== 'function');
  const badge = lockBadge(run, true);
  const [file] = releaseFiles([analysis]);
  const phases = file ? reviewedMigration(file).phases : [];
  const ends = openEnds(end).filter(({ place }) => place.path === shown);
  return {
    uri,
    verdict: document.statements.length === 0 || leftAlone !== undefined ? nothingToJudge : verdict,
    ...(badge && { lock: badgeText(badge), waits: badge.waits }),
    phases,
    openEnds: ends.map((each) => ({ text: textOf(each), ending: each.ending })),
    errors: findings.filter(({ status }) => status === 'BLOCK').length,
    warnings: findings.filter(({ status }) => status === 'FLAG').length,
    ...(leftAlone === undefined ? {} : { problem: `This file ${leftAlone}.` }),
  };
}

function textOf({ kind, name, table, detail }: OpenEnd): string {
  return visibleLine(
    {
      'not valid': `${detail} ${name} of ${table} is NOT VALID`,
      index: `index ${name} of ${table} is not complete`,
      'sync trigger': `trigger ${name} keeps columns of ${table} equal`,
      'progress table': `table ${name} keeps the progress of a backfill`,
      'table aside': `table ${table}, once ${detail}, is put aside`,
      'column aside': `column ${name} of ${table}, once ${detail}, is put aside`,
    }[kind],
  );
}
