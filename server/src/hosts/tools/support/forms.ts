import type { Span } from '../../../sql/span.js';
import type { Code } from '../../code.js';
import type { BodyPlace, HostForm, NativeEdit } from '../../migration.js';
import type { Exported } from './directions.js';
import { directionOf } from './directions.js';

/** SQL in a template literal of JavaScript. */
export function templateLiteral(sql: string): string {
  return `\`${sql.replace(/[\\`]/g, '\\$&').replaceAll('${', '\\${')}\``;
}

/** How statements are written beside others in a file of JavaScript. */
export function formOf(
  call: (literal: string, handle: string) => string,
  markOutside: () => readonly NativeEdit[] | undefined,
  exported: Exported,
  usual: string,
  down?: BodyPlace | undefined,
  imports?: readonly NativeEdit[] | undefined,
): HostForm {
  const handle = handleOf(exported, usual);
  return {
    comment: '//',
    call: (sql, direction = 'up') => call(templateLiteral(sql), handle(direction)),
    markOutside,
    down,
    ...(imports && imports.length > 0 ? { imports } : {}),
  };
}

/** The name by which a function knows what sends SQL: its first parameter. */
function handleOf(exported: Exported, usual: string): (direction: 'up' | 'down') => string {
  const own = (direction: 'up' | 'down') => directionOf(exported, direction)?.func?.params[0] || undefined;
  return (direction) => own(direction) ?? own(direction === 'up' ? 'down' : 'up') ?? usual;
}

/** The body of a `down` that is empty but for comments; undefined for any other, and where there is none. */
export function emptyDown({ text }: Code, exported: Exported): BodyPlace | undefined {
  const func = directionOf(exported, 'down')?.func;
  // Without a parameter it has nothing to send SQL with; a method of MikroORM needs none.
  const up = directionOf(exported, 'up')?.func;
  if (!func || func.body.length > 0 || (up && up.params.length > 0 && !func.params[0])) return undefined;
  const whole = text.slice(func.span.start, func.span.end);
  const body = /\{((?:\s|\/\/[^\n]*|\/\*[^*]*\*\/)*)\}\s*$/.exec(whole);
  if (!body) return undefined;
  const start = func.span.start + body.index + 1;
  const line = text.lastIndexOf('\n', func.span.start) + 1;
  const outer = /^[ \t]*/.exec(text.slice(line))?.[0] ?? '';
  const kept = (body[1] ?? '').trimEnd();
  return {
    span: { start, end: start + (body[1] ?? '').length },
    before: `${kept}\n`,
    indent: outer + stepOf(text, exported),
    after: outer,
  };
}

/** How much further than its function the first statement of `up` stands. */
function stepOf(text: string, exported: Exported): string {
  const up = directionOf(exported, 'up')?.func;
  const first = up?.body[0];
  const indentAt = (at: number): string => /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1))?.[0] ?? '';
  if (!up || !first) return '  ';
  const [outer, inner] = [indentAt(up.span.start), indentAt(first.span.start)];
  return inner.length > outer.length && inner.startsWith(outer) ? inner.slice(outer.length) : '  ';
}

/** Where a `down` goes that the file has not: behind its `up`. */
export function missingDown(
  code: Code,
  exported: Exported,
  head: (isMember: boolean) => string | undefined,
): BodyPlace | undefined {
  const up = directionOf(exported, 'up')?.func;
  if (!up || exported.values.has('down')) return emptyDown(code, exported);
  const { text } = code;
  const statement = exported.type
    ? undefined
    : code.body.find(({ span }) => span.start <= up.span.start && up.span.end <= span.end);
  // In a record of functions a comma would have to stand before it.
  if (!exported.type && statement?.kind !== 'function' && statement?.kind !== 'assign') return undefined;
  const end = exported.type ? up.span.end : (statement?.span.end ?? up.span.end);
  const line = text.lastIndexOf('\n', up.span.start) + 1;
  const outer = exported.type ? (/^[ \t]*/.exec(text.slice(line))?.[0] ?? '') : '';
  const words = head(exported.type !== undefined)?.trimEnd();
  if (words === undefined) return undefined;
  return {
    span: { start: end, end },
    before: `\n\n${outer}${words} {\n`,
    indent: outer + stepOf(text, exported),
    after: `${outer}}${words.startsWith('exports.') ? ';' : ''}`,
  };
}

/** How a function `down` begins beside the `up` of the same file. */
export function downHead(code: Code, exported: Exported, isAsync = true): (isMember: boolean) => string | undefined {
  return (isMember) => {
    const up = directionOf(exported, 'up')?.func;
    if (!up) return undefined;
    const written = code.text.slice(up.span.start, up.span.end);
    // The parameters as they stand, with their types.
    const params = /^[^(]*(\([^()]*\)(?:\s*:\s*[\w<>. ]+)?)/.exec(written)?.[1] ?? `(${up.params[0] || ''})`;
    const word = isAsync ? 'async ' : '';
    if (isMember) return `${/^\s*public\b/.test(written) ? 'public ' : ''}${word}down${params}`;
    return isModule(code) ? `export ${word}function down${params}` : `exports.down = ${word}function ${params}`;
  };
}

/** An edit that puts a statement at the end of the file. */
export function atEnd({ text }: Code, statement: string): readonly NativeEdit[] {
  const end = text.length;
  const gap = text.endsWith('\n') ? '\n' : '\n\n';
  return [{ span: { start: end, end }, text: `${gap}${statement}\n` }];
}

/** An edit that takes a statement away, with its line where nothing else stands there. */
export function withoutStatement(text: string, { start, end }: Span): NativeEdit {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const next = text.indexOf('\n', end);
  const isOwnLine = text.slice(from, start).trim() === '' && next >= 0 && text.slice(end, next).trim() === '';
  return { span: isOwnLine ? { start: from, end: next + 1 } : { start, end }, text: '' };
}

/** An edit that puts a member at the head of a class. */
export function inClass(
  { text }: Code,
  type: { readonly start: number; readonly end: number },
  member: string,
): readonly NativeEdit[] | undefined {
  const brace = text.indexOf('{', type.start);
  if (brace < 0 || brace >= type.end) return undefined;
  const at = brace + 1;
  return [{ span: { start: at, end: at }, text: `\n  ${member}\n` }];
}

/** True where the file writes modules with `export`. */
export function isModule({ text }: Code): boolean {
  return /^\s*export\s/m.test(text);
}
