import type { Analysis } from '../analysis/analyze.js';
import {
  type Finding,
  notAllRead,
  nothingToJudge,
  type ShownVerdict,
  type Status,
  weightOfApplied,
} from '../analysis/finding.js';
import { shownMessage } from '../analysis/finding-message.js';
import { type Positions, positionsOf } from '../analysis/positions.js';
import { withoutSecrets } from '../sql/secrets.js';
import { visible, visibleLine } from '../sql/visible.js';
import { type Paint, wrap } from './output.js';

const width = 100;

function painted(severity: Finding['severity'], paint: Paint): (text: string) => string {
  if (severity === 'error') return paint.red;
  return severity === 'warning' ? paint.yellow : paint.cyan;
}

/** A text of which lines are shown. */
interface Shown {
  readonly positions: Positions;
  /** The line of that number, from 0, without secrets. */
  readonly lineAt: (line: number) => string;
}

function shown(positions: Positions): Shown {
  // One long line can have a finding for each of its names.
  let last: { line: number; text: string } | undefined;
  const lineAt = (line: number): string => {
    if (last?.line !== line) last = { line, text: withoutSecrets(positions.line(line)) };
    return last.text;
  };
  return { positions, lineAt };
}

/** The line of the finding with what is underlined; tabs are kept so that the marks stand below their text. */
function excerpt(finding: Finding, { positions, lineAt }: Shown, paint: Paint): string[] {
  const { start, end } = positions.range(finding.span);
  const line = lineAt(start.line);
  const number = String(start.line + 1);
  const last = end.line === start.line ? end.character : line.length;
  const from = Math.max(0, Math.min(start.character - 60, line.length - width));
  const part = line.slice(from, from + width);
  // What is shown as an escape takes more room than one character.
  const lead = visible(line.slice(from, start.character)).replace(/[^\t]/g, ' ');
  const marks = '^'.repeat(Math.max(1, visible(line.slice(start.character, Math.min(last, from + width))).length));
  const gutter = ' '.repeat(number.length);
  return [
    `  ${paint.dim(`${number} |`)} ${part}`,
    `  ${paint.dim(`${gutter} |`)} ${lead}${painted(finding.severity, paint)(marks)}`,
  ];
}

/** What happens and what to do, each on lines of its own, not wider than `columns` behind `indent`. */
export function messageLines(finding: Finding, columns: number, indent: string): string[] {
  return shownMessage(finding)
    .split('\n')
    .flatMap((line) => wrap(line, columns))
    .map((line) => `${indent}${line}`);
}

function findingLines(finding: Finding, path: string, text: Shown, paint: Paint): string[] {
  const { line, character } = text.positions.at(finding.span.start);
  const mark = painted(finding.severity, paint);
  const lines = [
    `${paint.bold(`${visibleLine(path)}:${line + 1}:${character + 1}`)} ${mark(finding.severity)} ${paint.bold(finding.rule)}`,
  ];
  lines.push(...excerpt(finding, text, paint));
  lines.push(...messageLines(finding, width, '  '));
  for (const fix of finding.fixes)
    lines.push(
      `  ${paint.green('fix:')} ${fix.title}${fix.safety === 'safe' ? '' : ' (changes more than locks: read it first)'}`,
    );
  lines.push('');
  return lines;
}

export function paintedVerdict(verdict: ShownVerdict, paint: Paint): string {
  if (verdict === nothingToJudge) return paint.bold(verdict);
  if (verdict === notAllRead) return paint.red(paint.bold(verdict));
  if (verdict === 'BLOCK') return paint.red(paint.bold(verdict));
  return verdict === 'SAFE TO SHIP' ? paint.green(paint.bold(verdict)) : paint.yellow(paint.bold(verdict));
}

export function paintedStatus(status: Status, paint: Paint): string {
  if (status === 'BLOCK') return paint.red(status);
  return status === 'FLAG' ? paint.yellow(status) : paint.green(status);
}

/**
 * The findings of one file, with an excerpt each: errors and warnings, and with `verbose` all of them. Nothing for a
 * file without any.
 */
export function fileReport(analysis: Analysis, path: string, paint: Paint, verbose: boolean): string {
  if (analysis.leftAlone !== undefined) return '';
  // What is applied is history; the terminal is for what is yet to ship.
  const findings = analysis.applied
    ? weightOfApplied(analysis.findings)
    : analysis.findings.filter(({ severity }) => verbose || severity === 'error' || severity === 'warning');
  if (findings.length === 0) return '';
  const text = shown(positionsOf(analysis));
  return `${findings.flatMap((finding) => findingLines(finding, path, text, paint)).join('\n')}\n`;
}
