import type { Span } from '../../sql/span.js';
import type { Code, FunctionValue, Statement } from '../code.js';
import type { NativeEdit } from '../migration.js';

/** A Python string that says this SQL: in one line, or in triple quotes. */
export function pythonString(sql: string): string {
  const escaped = sql.replaceAll('\\', '\\\\');
  if (!sql.includes('\n'))
    return escaped.includes('"') && !escaped.includes("'") ? `'${escaped}'` : `"${escaped.replaceAll('"', '\\"')}"`;
  return `"""\n${escaped.replaceAll('"""', '\\"\\"\\"').replace(/"$/, '\\"')}\n"""`;
}

/** The places of all strings in some statements. */
export function textSpans(statements: readonly Statement[]): readonly Span[] {
  const spans: Span[] = [];
  const open: unknown[] = [...statements];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (Array.isArray(value)) for (const each of value) open.push(each ?? null);
    else if (isObject(value)) {
      const { kind, span } = value;
      if (kind === 'verbatim' || kind === 'escape') {
        if (isSpan(span)) spans.push(span);
      } else for (const each of Object.values(value)) open.push(each ?? null);
    }
  }
  return spans;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isSpan(value: unknown): value is Span {
  if (!isObject(value)) return false;
  const { start, end } = value;
  return typeof start === 'number' && typeof end === 'number';
}

/** Puts a head before the body of a function and moves the body four blanks to the right; strings stay as they are. */
export function wrapBody(code: Code, func: FunctionValue, head: string): readonly NativeEdit[] {
  const first = func.body[0];
  const last = func.body.at(-1);
  if (!first || !last) return [];
  const { text } = code;
  const lineStart = text.lastIndexOf('\n', first.span.start - 1) + 1;
  const indentation = text.slice(lineStart, first.span.start);
  if (indentation.trim() !== '') return [];
  const strings = textSpans(func.body);
  const edits: NativeEdit[] = [{ span: { start: lineStart, end: lineStart }, text: `${indentation}${head}\n    ` }];
  for (let at = text.indexOf('\n', lineStart); at !== -1 && at < last.span.end; at = text.indexOf('\n', at + 1)) {
    const start = at + 1;
    const isInString = strings.some((span) => span.start <= at && start <= span.end);
    const isBlank = /^[ \t]*\r?(?:\n|$)/.test(text.slice(start, start + 200));
    if (start < last.span.end && !isInString && !isBlank) edits.push({ span: { start, end: start }, text: '    ' });
  }
  return edits;
}
