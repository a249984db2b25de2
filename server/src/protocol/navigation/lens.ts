import type { CodeLens, Command, InlayHint, Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analysis } from '../../analysis/analyze.js';
import { verdictOf, type Finding, type Verdict } from '../../analysis/finding.js';
import { placeOf } from '../../analysis/positions.js';
import { isWayBack } from '../../analysis/sections.js';
import { blockedBy } from '../../impact/locks.js';
import type { ClientFeatures } from '../client-features.js';
import { impactText } from '../hover-text.js';
import { clientCommands } from '../messages/messages.js';
import { badgeText, lockBadge, stepsOf } from './lock-badge.js';

const icons: Readonly<Record<Verdict, string>> = {
  BLOCK: '$(error)\u00a0',
  'SAFE WITH MODIFICATIONS': '$(warning)\u00a0',
  'SAFE TO SHIP': '$(pass)\u00a0',
};

/** What a file takes from those who use the tables, in few words. */
function locksOfFile({ steps, applied }: Pick<Analysis, 'steps' | 'applied'>): string[] {
  const run = steps.filter(({ origin }) => origin !== 'function');
  const badge = lockBadge(run, true);
  if (badge) return [badgeText(badge)];
  if (applied) return [];
  return [run.some(({ impact }) => !impact.known) ? 'not all locks known' : 'nobody waits'];
}

/**
 * The line above a migration: verdict, strongest lock, and what can be made of it. Nothing above a file without
 * statements. In: the findings that are shown; the client's own commands decide what can be clicked.
 */
export function fileLenses(
  analysis: Analysis,
  findings: readonly Finding[],
  uri: string,
  { commands }: Pick<ClientFeatures, 'commands'>,
): CodeLens[] {
  if (analysis.document.statements.length === 0) return [];
  const range: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const isOurs = commands.has(clientCommands.reviewFile);
  const isBack = isWayBack(analysis.path, analysis.project);
  const verdict = verdictOf(findings);
  const judged = analysis.applied ? 'Applied' : `${isOurs ? icons[verdict] : ''}${verdict}`;
  const title = [judged, ...locksOfFile(analysis)].join(' · ');
  const act = (words: string, command: string): Command => ({ title: words, command, arguments: [uri] });
  // Without a command it is read, and not clicked.
  if (!isOurs) return [{ range, command: { title, command: '' } }];
  const actions = [
    act('Review', clientCommands.reviewFile),
    ...(isBack
      ? []
      : [act('Rollback', clientCommands.generateRollback), act('Runbook', clientCommands.generateRunbook)]),
    ...(isBack || analysis.applied || !commands.has(clientCommands.rehearse)
      ? []
      : [act('Rehearse', clientCommands.rehearse)]),
  ];
  return [act(title, clientCommands.reviewFile), ...actions].map((command) => ({ range, command }));
}

/**
 * Behind each statement for which somebody waits: the lock, and what is done under it. Nothing in a file that has run,
 * and nothing for what only keeps schema changes out.
 */
export function lockHints(analysis: Analysis, document: TextDocument, range: Range): InlayHint[] {
  if (analysis.applied) return [];
  const wanted = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
  return analysis.document.statements.flatMap((statement, top): InlayHint[] => {
    const { start, end } = placeOf(analysis, { start: statement.span.start, end: statement.fullEnd });
    if (end < wanted.start || start > wanted.end) return [];
    const steps = stepsOf(analysis, top);
    const badge = lockBadge(steps, true);
    if (!badge) return [];
    const blocking = steps.filter(({ impact }) =>
      impact.locks.some(({ isNew, mode }) => !isNew && blockedBy(mode).length > 0),
    );
    const value = [...new Set(blocking.map((step) => impactText(step, analysis.target.postgres)))].join('\n\n');
    return [
      {
        position: document.positionAt(end),
        label: badgeText(badge),
        paddingLeft: true,
        tooltip: { kind: 'markdown', value },
      },
    ];
  });
}
