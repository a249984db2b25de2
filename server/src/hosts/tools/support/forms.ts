import type { Code } from '../../code.js';
import type { HostForm, NativeEdit } from '../../migration.js';

/** SQL in a template literal of JavaScript. */
export function templateLiteral(sql: string): string {
  return `\`${sql.replace(/[\\`]/g, '\\$&').replaceAll('${', '\\${')}\``;
}

/** How statements are written beside others in a file of JavaScript. */
export function formOf(
  call: (literal: string) => string,
  markOutside: () => readonly NativeEdit[] | undefined,
): HostForm {
  return { comment: '//', call: (sql) => call(templateLiteral(sql)), markOutside };
}

/** An edit that puts a statement at the end of the file. */
export function atEnd({ text }: Code, statement: string): readonly NativeEdit[] {
  const end = text.length;
  const gap = text.endsWith('\n') ? '\n' : '\n\n';
  return [{ span: { start: end, end }, text: `${gap}${statement}\n` }];
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
