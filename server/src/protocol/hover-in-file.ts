import type { Analysis } from '../analysis/analyze.js';
import { placeOf } from '../analysis/positions.js';
import { placesInScript } from '../hosts/places.js';
import type { ScriptPiece } from '../hosts/script.js';
import { withoutSecrets } from '../sql/secrets.js';
import { visible } from '../sql/visible.js';
import { type HoverText, hoverAt, impactText } from './hover-text.js';

/** A hover shows so many lines of SQL. */
const MOST_LINES = 25;

/**
 * What stands at an offset of the file. In code: on SQL in a string the same as in a file of SQL; on a call that a tool
 * makes SQL of, that SQL and what it locks.
 */
export function hoverInFile(analysis: Analysis, offset: number): HoverText | undefined {
  const { host } = analysis;
  if (!host) return hoverAt(analysis, offset);
  const point = { start: offset, end: offset };
  for (const { start } of placesInScript(host.script, point)) {
    const piece = host.script.pieces.find(({ span }) => span.start <= start && start < span.end);
    const found = piece?.piece.kind === 'raw' ? hoverAt(analysis, start) : undefined;
    if (found) return { ...found, span: placeOf(analysis, found.span) };
  }
  const around = host.script.pieces
    .filter(({ piece: { kind, call } }) => kind === 'built' && call.start <= offset && offset <= call.end)
    .sort((a, b) => length(a) - length(b));
  const [nearest] = around;
  return (
    nearest &&
    builtHover(
      analysis,
      around.filter((each) => each.piece.call.start === nearest.piece.call.start && length(each) === length(nearest)),
    )
  );
}

function length({ piece: { call } }: ScriptPiece): number {
  return call.end - call.start;
}

function builtHover(analysis: Analysis, pieces: readonly ScriptPiece[]): HoverText | undefined {
  const [first] = pieces;
  if (!first) return undefined;
  const lines = pieces.flatMap(({ piece }) => (piece.kind === 'built' ? withoutSecrets(piece.sql).split('\n') : []));
  const shown =
    lines.length > MOST_LINES
      ? [...lines.slice(0, MOST_LINES), `-- and ${lines.length - MOST_LINES} more lines`]
      : lines;
  const steps = [...analysis.steps, ...(analysis.wayBack?.steps ?? [])].filter(
    ({ span, origin }) =>
      origin === 'file' && pieces.some((each) => each.span.start <= span.start && span.end <= each.span.end),
  );
  const impacts = [...new Set(steps.map((step) => impactText(step, analysis.target.postgres)))].filter(
    (each) => each !== '',
  );
  const sql = `\`\`\`sql\n${visible(shown.join('\n')).replaceAll('```', '` ` `')}\n\`\`\``;
  const markdown = [`${analysis.framework.title} sends:\n\n${sql}`, ...impacts].join('\n\n');
  return { markdown, span: first.piece.call };
}
