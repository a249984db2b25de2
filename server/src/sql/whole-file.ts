import { blankPlaceholders, hasOpenPlaceholders } from './placeholders.js';
import { refusalOf } from './postgres-parser.js';
import { split } from './split.js';
import type { SyntaxProblem } from './statement.js';

/** Longer files (UTF-16 units) are not read as a whole: their tree would need hundreds of megabytes. */
const LIMIT = 2_000_000;

/**
 * What PostgreSQL's parser says of a file as a whole: statements as the server would read them, without our splitter
 * between. psql's commands, the data of COPY and placeholders are blanks to it. Undefined when it accepts the file, and
 * where it cannot be asked: a placeholder may stand for any SQL, the file is too long.
 */
export function wholeFileProblem(text: string): SyntaxProblem | undefined {
  if (text.length > LIMIT || hasOpenPlaceholders(text)) return undefined;
  let source = '';
  let from = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  source += ' '.repeat(from);
  for (const { kind, span } of split(text).pieces) {
    if (kind === 'statement') continue;
    source += text.slice(from, span.start) + text.slice(span.start, span.end).replace(/[^\r\n]/g, ' ');
    from = span.end;
  }
  source += text.slice(from);
  return refusalOf(blankPlaceholders(source));
}
