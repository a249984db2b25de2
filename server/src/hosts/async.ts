import type { Span } from '../sql/span.js';
import type { Code, FunctionValue } from './code.js';
import type { NativeEdit } from './migration.js';

// What a function of JavaScript has to be so that calls can be written into it: async where they are awaited, with a block
// where its body is an expression.

/** All functions of a file. */
function functionsOf({ body }: Code): readonly FunctionValue[] {
  const found: FunctionValue[] = [];
  const open: unknown[] = [...body];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (Array.isArray(value)) open.push(...value.filter((each) => each !== undefined));
    else if (typeof value === 'object' && value !== null) {
      if (isFunction(value)) found.push(value);
      open.push(...Object.values(value).filter((each) => each !== undefined));
    }
  }
  return found;
}

function isFunction(value: object): value is FunctionValue {
  return 'kind' in value && value.kind === 'function' && 'params' in value;
}

function isScript({ language }: Code): boolean {
  return language !== 'python' && language !== 'ruby';
}

/** The edits with those that make the functions async into which they write `await`; undefined where one cannot be. */
export function withAsync(code: Code, edits: readonly NativeEdit[]): readonly NativeEdit[] | undefined {
  if (!isScript(code) || !edits.some(({ text }) => /\bawait\b/.test(text))) return edits;
  const functions = functionsOf(code);
  const starts = new Set<number>();
  for (const { span, text } of edits) {
    if (!/\bawait\b/.test(text)) continue;
    const around = functions.filter((each) => each.span.start < span.start && span.end < each.span.end);
    const inner = around.sort((a, b) => b.span.start - a.span.start)[0];
    if (!inner) continue;
    const head = code.text.slice(inner.span.start, span.start);
    const [modifiers = ''] = /^(?:(?:public|private|protected|static|override)\s+)*/.exec(head) ?? [];
    if (/^async\b/.test(head.slice(modifiers.length))) continue;
    // An async function returns a Promise, whatever its type says.
    const [, type] = /\)\s*:\s*([^(){}=]+?)\s*(?:=>\s*)?\{/.exec(head) ?? [];
    if (type !== undefined && !type.startsWith('Promise<')) return undefined;
    starts.add(inner.span.start + modifiers.length);
  }
  return [...edits, ...[...starts].map((start) => ({ span: { start, end: start }, text: 'async ' }))];
}

/** The arrow function whose body is this expression, without a block. */
export function expressionBodied(code: Code, { start, end }: Span): FunctionValue | undefined {
  if (!isScript(code)) return undefined;
  return functionsOf(code).find(
    ({ span }) => span.end === end && span.start < start && /=>\s*$/.test(code.text.slice(span.start, start)),
  );
}

/** The edits that give blocks to arrow functions whose bodies are these expressions. */
export function blocksFor(code: Code, expressions: readonly Span[]): readonly NativeEdit[] {
  const { text } = code;
  return expressions.flatMap(({ start, end }) => {
    const func = expressionBodied(code, { start, end });
    if (!func) return [];
    const line = text.lastIndexOf('\n', func.span.start) + 1;
    const indent = /^[ \t]*/.exec(text.slice(line))?.[0] ?? '';
    return [
      { span: { start, end: start }, text: `{\n${indent}  return ` },
      { span: { start: end, end }, text: `;\n${indent}}` },
    ];
  });
}
