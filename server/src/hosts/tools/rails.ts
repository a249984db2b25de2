import type { Call, Code, FunctionValue, Statement } from '../code.js';
import type { BodyPlace, DerivedDown, HostForm, HostMigration } from '../migration.js';
import { constantsOf, functionOf, pathOf, plainOf } from '../values.js';
import { heredoc } from '../../sql/heredoc.js';
import { RailsReader } from './rails/reader.js';
import type { RailsVersion } from './rails/names.js';
import { modelTables } from './rails/models.js';

type ClassStatement = Statement & { readonly kind: 'class' };

/** A migration of Rails: `change`, or `up` and `down`. Undefined for a file that is none. */
export function readRails(
  code: Code,
  context: { readonly version?: string | undefined } = {},
): HostMigration | undefined {
  const found = migrationClass(code.body);
  if (!found) return undefined;
  const scope = constantsOf(found.body, constantsOf(code.body));
  const up = functionOf(scope.get('up'), scope);
  const down = functionOf(scope.get('down'), scope);
  const change = functionOf(scope.get('change'), scope);
  if (!up && !down && !change) return undefined;
  const isOutside = found.body.some((each) => isCallOf(each, 'disable_ddl_transaction!'));
  const known = {
    source: code.text,
    version: versionOf(found, context.version),
    tables: modelTables(code.body, scope),
    scope: isOutside ? ('none' as const) : undefined,
    mark: isOutside ? 'disable_ddl_transaction!' : undefined,
  };
  const read = (func: FunctionValue | undefined, direction: 'forward' | 'reverse'): HostMigration['up'] =>
    func && !raises(func) ? new RailsReader(known, scope).read(func, direction) : undefined;
  return {
    up: read(up ?? change, 'forward'),
    down: up || down ? read(down, 'forward') : read(change, 'reverse'),
    isDownDerived: !up && !down,
    form: {
      ...formOf(code, found, isOutside),
      down: emptyDown(code, down) ?? (down || !up ? undefined : downBehind(code, found, 'up')),
      derived: up || down ? undefined : derivedDown(code, found),
    },
  };
}

function migrationClass(statements: readonly Statement[]): ClassStatement | undefined {
  for (const statement of statements) {
    if (statement.kind !== 'class') continue;
    const [base] = statement.bases;
    const path = base && pathOf(base.kind === 'call' && base.callee.kind === 'member' ? base.callee.object : base);
    if (path?.some((each) => /Migration/.test(each))) return statement;
    const inner = statement.bases.length === 0 ? migrationClass(statement.body) : undefined;
    if (inner) return inner;
  }
  return undefined;
}

/** The newest version whose behaviour is known here. */
const NEWEST = 8.1;

/** `Migration[7.1]`, and the version of Rails itself where the project says it. */
function versionOf({ bases }: ClassStatement, rails: string | undefined): RailsVersion {
  const [base] = bases;
  const path =
    base?.kind === 'call' && base.callee.kind === 'member' ? pathOf(base.callee.object) : base && pathOf(base);
  const isRails = path?.join('::') === 'ActiveRecord::Migration';
  const given = base?.kind === 'call' ? plainOf(base.args[0]?.value, new Map()) : undefined;
  const number = Number(rails === undefined ? Number.NaN : /^\d+\.\d+/.exec(rails)?.[0]);
  const own = typeof given === 'number' || typeof given === 'string' ? Number(given) : Number.NaN;
  // A class of the project stands for the newest; ActiveRecord::Migration without a number is older than Rails 5.
  const migration = Number.isNaN(own) || (!isRails && own < 4) ? (isRails ? 4.2 : NEWEST) : own;
  return { migration, rails: Number.isNaN(number) ? NEWEST : number };
}

function isCallOf(statement: Statement, name: string): boolean {
  if (statement.kind !== 'expression' || statement.value.kind !== 'call') return false;
  const { callee } = statement.value;
  return callee.kind === 'name' && callee.name === name;
}

/** True for a function that does nothing else than say that it cannot be done. */
function raises(func: FunctionValue): boolean {
  const last = func.body.at(-1);
  return func.body.length === 1 && last?.kind === 'return' && last.value?.kind === 'call' && isRaise(last.value);
}

function isRaise({ callee }: Call): boolean {
  return callee.kind === 'name' && callee.name === 'raise';
}

function formOf(code: Code, { span }: Statement, isOutside: boolean): HostForm {
  return {
    call: rubyExecute,
    comment: '#',
    markOutside: () => {
      if (isOutside) return [];
      const end = code.text.indexOf('\n', span.start);
      if (end === -1 || end > span.end) return undefined;
      const lineStart = code.text.lastIndexOf('\n', span.start) + 1;
      const indentation = /^[ \t]*/.exec(code.text.slice(lineStart, span.start))?.[0] ?? '';
      return [{ span: { start: end + 1, end: end + 1 }, text: `${indentation}  disable_ddl_transaction!\n\n` }];
    },
  };
}

/** `change` as `up`, and the way back that Rails would derive as a method of its own. */
function derivedDown(code: Code, found: ClassStatement): DerivedDown | undefined {
  const change = methodOf(found, 'change');
  const place = downBehind(code, found, 'change');
  const name = change && /^def\s+(?=change\b)/.exec(code.text.slice(change.span.start, change.span.end));
  if (!change || !place || !name) return undefined;
  const start = change.span.start + name[0].length;
  return { place, edits: [{ span: { start, end: start + 'change'.length }, text: 'up' }] };
}

function methodOf({ body }: ClassStatement, name: string): Statement | undefined {
  return body.find((each) => each.kind === 'function' && each.value.name === name);
}

/** The body of a `down` that does nothing. */
function emptyDown({ text }: Code, down: FunctionValue | undefined): BodyPlace | undefined {
  if (!down || down.body.length > 0) return undefined;
  const { start, end } = down.span;
  const head = /^def\s+(?:self\.)?down(?:\(\))?[ \t]*;?/.exec(text.slice(start, end));
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const indentation = text.slice(lineStart, start);
  if (!head || indentation.trim() !== '' || !text.slice(start, end).endsWith('end')) return undefined;
  const inside = text.slice(start + head[0].length, end - 'end'.length).trimEnd();
  return {
    span: { start: start + head[0].length, end: end - 'end'.length },
    before: `${inside}\n`,
    indent: `${indentation}  `,
    after: indentation,
  };
}

/** A new method behind one of the class. */
function downBehind(code: Code, found: ClassStatement, name: string): BodyPlace | undefined {
  const up = methodOf(found, name);
  if (!up) return undefined;
  const lineStart = code.text.lastIndexOf('\n', up.span.start - 1) + 1;
  const indentation = code.text.slice(lineStart, up.span.start);
  if (indentation.trim() !== '') return undefined;
  const { end } = up.span;
  return {
    span: { start: end, end },
    before: `\n\n${indentation}def down\n`,
    indent: `${indentation}  `,
    after: `${indentation}end`,
  };
}

/** `execute` with this SQL: in one line, or as a heredoc. */
function rubyExecute(sql: string): string {
  if (!/["\\#\n]/.test(sql)) return `execute "${sql}"`;
  return `execute ${heredoc(sql, /\\|#[{$@]/.test(sql))}`;
}
