import { type FoldingRange, FoldingRangeKind } from 'vscode-languageserver';
import type { Analysis } from '../../analysis/analyze.js';
import type { Positions } from '../../analysis/positions.js';
import type { Comment } from '../../sql/statement.js';
import { positionsIn } from '../../workspace/name-index.js';

/**
 * What can be folded in a file of SQL: statements and the SQL inside their blocks, comments, and the sections of a file
 * that goes both ways. In code the editor knows better.
 */
export function foldings(analysis: Analysis): FoldingRange[] {
  if (analysis.host) return [];
  const positions = positionsIn(analysis);
  const found: FoldingRange[] = [];
  const add = (start: number, end: number, kind?: FoldingRangeKind): void => {
    const startLine = positions.at(start).line;
    const endLine = positions.at(end).line;
    if (endLine > startLine) found.push({ startLine, endLine, ...(kind && { kind }) });
  };
  for (const each of [analysis, analysis.wayBack]) {
    if (!each) continue;
    for (const { span, parsed, fullEnd } of each.document.statements) {
      add(span.start, Math.max(span.end, fullEnd) - 1);
      for (const { parsed: inner, start } of parsed.embedded)
        add(span.start + start, span.start + start + inner.text.length);
    }
    if (analysis.wayBack)
      for (const { span } of each.sections)
        add(span.start, endOfText(analysis.document.text, span.start, span.end), FoldingRangeKind.Region);
  }
  for (const [start, end] of commentBlocks(analysis.document.comments, positions))
    add(start, end, FoldingRangeKind.Comment);
  return found;
}

/** Without the blank lines at the end of a section, so that the next one stands apart. */
function endOfText(text: string, start: number, end: number): number {
  return start + text.slice(start, end).trimEnd().length;
}

/** Block comments, and line comments on lines that follow each other. */
function commentBlocks(comments: readonly Comment[], positions: Positions): [number, number][] {
  const blocks: [number, number][] = [];
  let line = -2;
  for (const { kind, span } of comments) {
    const at = positions.at(span.start);
    const last = blocks.at(-1);
    if (kind === 'line' && last && at.line === line + 1) last[1] = span.end;
    else blocks.push([span.start, span.end]);
    line = kind === 'line' ? at.line : -2;
  }
  return blocks;
}
