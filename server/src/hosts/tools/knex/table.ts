import type { Argument, Call, Expression, FunctionValue } from '../../code.js';
import { functionOf, pathOf, resolved, type Scope } from '../../values.js';
import { type Place, walkFunction } from '../../walk.js';
import type { Span } from '../../../sql/span.js';
import { chainOf, type Link } from '../support/chain.js';
import { conditionsIn } from '../support/guards.js';
import { booleanOf, entriesOf, isAbsent, textWithHoles } from '../support/reading.js';
import { type Column, columnOf, isColumnType } from './columns.js';

/** A call that is about the table and no column: an index, a key, a drop. */
export interface TableCall {
  readonly name: string;
  readonly args: readonly Argument[];
  readonly scope: Scope;
}

/** A foreign key, as the calls behind `foreign` or `references` have it. */
export interface Foreign {
  readonly columns: Expression | undefined;
  readonly references: Expression | string | undefined;
  readonly inTable: string | undefined;
  readonly keyName: string | undefined;
  readonly onDelete: string | undefined;
  readonly onUpdate: string | undefined;
  readonly deferrable: string | undefined;
  readonly scope: Scope;
}

export type TableStatement = {
  /** Where it comes from in the file. */
  readonly span: Span;
  /** The whole statement that says this and nothing else, or the calls behind a column that do; where there is one. */
  readonly own: { readonly span: Span; readonly isStatement: boolean } | undefined;
} & ({ readonly kind: 'call'; readonly call: TableCall } | { readonly kind: 'foreign'; readonly foreign: Foreign });

/** What the function that is given to `createTable` and `alterTable` says. */
export interface TableBody {
  readonly columns: readonly Column[];
  readonly statements: readonly TableStatement[];
  readonly comment: string | undefined;
  readonly inherits: string | undefined;
  /** What in it cannot be read. */
  readonly unknown: readonly { readonly span: Span; readonly reason: string }[];
}

const tableCalls = new Set([
  'index',
  'unique',
  'primary',
  'check',
  'dropColumn',
  'dropColumns',
  'dropIndex',
  'dropUnique',
  'dropUniqueIfExists',
  'dropPrimary',
  'dropPrimaryIfExists',
  'dropForeign',
  'dropForeignIfExists',
  'dropTimestamps',
  'dropChecks',
  'renameColumn',
  'setNullable',
  'dropNullable',
]);

/** MySQL's, which Knex refuses on PostgreSQL; files that serve both have them behind a condition. */
const otherDialects = new Set(['engine', 'charset', 'collate']);

interface Notes {
  readonly columns: Column[];
  readonly statements: TableStatement[];
  readonly unknown: { readonly span: Span; readonly reason: string }[];
  comment: string | undefined;
  inherits: string | undefined;
}

/** Reads the function that builds a table. */
export function tableBody(value: Expression | undefined, scope: Scope): TableBody | undefined {
  const func = functionOf(value, scope);
  if (!func) return undefined;
  const notes: Notes = { columns: [], statements: [], unknown: [], comment: undefined, inherits: undefined };
  const name = func.params[0] ?? 'this';
  walkFunction(func, scope, {
    call: (call, place) => readCall(call, place, name, notes),
  });
  return notes;
}

/** True: the call was about the table, and nothing in it is looked at. */
function readCall(call: Call, place: Place, builder: string, notes: Notes): boolean {
  const { root, links } = chainOf(call);
  const isOurs = (value: Expression): boolean => {
    const known = resolved(value, place.scope);
    return known.kind === 'name' && (known.name === builder || known.name === 'this');
  };
  if (links.length === 0 || !isOurs(root)) return handedOn(call, place, isOurs, notes);
  const open = place.conditions
    .flatMap((each) => conditionsIn(each, place.scope, () => undefined))
    .map(({ kind }) => kind);
  if (open.includes('never')) return true;
  if (open.some((kind) => kind !== 'always')) note(notes, call.span, 'which columns it makes is decided when it runs');
  else if (place.isRepeated) note(notes, call.span, 'how many columns it makes is not known');
  readLinks(links, call, place, notes);
  return true;
}

function note(notes: Notes, span: Span, reason: string): void {
  notes.unknown.push({ span, reason });
}

/** The builder is given to a function: one of the file is gone through, any other is not known. */
function handedOn(call: Call, { scope }: Place, isOurs: (value: Expression) => boolean, notes: Notes): boolean {
  const isGiven = call.args.some(({ value }) => isOurs(value));
  if (!isGiven) return false;
  const isKnown: FunctionValue | undefined = functionOf(call.callee, scope);
  if (isKnown && call.callee.kind === 'name') return false;
  const name = pathOf(call.callee)?.join('.') ?? 'a function';
  note(notes, call.span, `${name}() is not in this file`);
  return true;
}

function readLinks(links: readonly Link[], call: Call, { scope, statement }: Place, notes: Notes): void {
  const own = statement && { span: statement, isStatement: true };
  const [first] = links;
  if (!first) return;
  if (first.name === 'timestamps') return timestamps(call, first.args, scope, notes);
  if (first.name === 'comment') {
    notes.comment = textWithHoles(first.args[0]?.value, scope);
    return;
  }
  if (first.name === 'inherits') {
    notes.inherits = textWithHoles(first.args[0]?.value, scope);
    return;
  }
  if (first.name === 'foreign') {
    const foreign = foreignOf(first.args[0]?.value, links.slice(1), scope, first.args[1]?.value);
    notes.statements.push({ kind: 'foreign', foreign, span: call.span, own });
    return;
  }
  if (otherDialects.has(first.name)) return;
  if (tableCalls.has(first.name)) {
    for (const link of links) {
      const only = links.length === 1 ? own : undefined;
      if (tableCalls.has(link.name))
        notes.statements.push({ kind: 'call', call: { ...link, scope }, span: call.span, own: only });
      else note(notes, call.span, `Airlock does not know ${link.name}() of a table`);
    }
    return;
  }
  if (!isColumnType(first.name)) return note(notes, call.span, `Airlock does not know ${first.name}() of a table`);
  const column = columnOf(links, scope, call.span);
  if ('unknown' in column) return note(notes, call.span, `Airlock does not know ${column.unknown}() of a column`);
  notes.columns.push(column);
  behindColumn(links, column, scope, notes);
}

/** Calls that say more of a foreign key. */
const ofForeign = new Set(['inTable', 'on', 'onDelete', 'onUpdate', 'deferrable', 'withKeyName']);

/** The calls from one to another, behind those before them. */
function behindOf(links: readonly Link[], first: number, last: number): TableStatement['own'] {
  const start = links[first - 1]?.call.span.end;
  const end = links[last]?.call.span.end;
  return start === undefined || end === undefined ? undefined : { span: { start, end }, isStatement: false };
}

/** `.index()`, `.unique()`, `.primary()` and `.references()` behind a column. */
function behindColumn(links: readonly Link[], column: Column, scope: Scope, notes: Notes): void {
  const own = links[0]?.args[0];
  for (const [index, link] of links.entries()) {
    if (index === 0) continue;
    if (/^(index|unique|primary)$/.test(link.name) && !column.type.includes('increments')) {
      const args = own ? [own, ...link.args] : link.args;
      notes.statements.push({
        kind: 'call',
        call: { name: link.name, args, scope },
        span: column.span,
        own: behindOf(links, index, index),
      });
    }
    if (link.name === 'references') {
      const foreign = foreignOf(own?.value, links.slice(index), scope, undefined);
      const last = links.findIndex((each, at) => at > index && !ofForeign.has(each.name));
      const calls = behindOf(links, index, (last < 0 ? links.length : last) - 1);
      notes.statements.push({ kind: 'foreign', foreign, span: column.span, own: calls });
    }
  }
}

function foreignOf(
  columns: Expression | undefined,
  links: readonly Link[],
  scope: Scope,
  keyName: Expression | undefined,
): Foreign {
  const last = (...names: string[]): Expression | undefined =>
    links.filter(({ name }) => names.includes(name)).at(-1)?.args[0]?.value;
  const text = (value: Expression | undefined): string | undefined =>
    isAbsent(value, scope) ? undefined : textWithHoles(value, scope);
  const referenced = last('references');
  const whole = referenced && resolved(referenced, scope).kind === 'text' ? textWithHoles(referenced, scope) : '';
  const dot = whole.includes('${') ? -1 : whole.indexOf('.');
  const [inTable, column] = dot < 0 ? [] : whole.split('.');
  return {
    columns,
    references: column ?? referenced,
    inTable: text(last('inTable', 'on')) ?? inTable,
    keyName: text(last('withKeyName')) ?? text(keyName),
    onDelete: text(last('onDelete')),
    onUpdate: text(last('onUpdate')),
    deferrable: text(last('deferrable')),
    scope,
  };
}

function timestamps({ span }: Call, args: readonly Argument[], scope: Scope, notes: Notes): void {
  const options = entriesOf(args[0]?.value, scope);
  const at = (key: string, index: number): boolean | undefined =>
    booleanOf(options ? options.get(key) : args[index]?.value, scope);
  const isCamel = at('useCamelCase', 2) === true;
  const hasDefault = at('defaultToNow', 1) === true;
  for (const name of isCamel ? ['createdAt', 'updatedAt'] : ['created_at', 'updated_at']) {
    notes.columns.push(timestampColumn(name, hasDefault, scope, span));
  }
}

const nowhere: Span = { start: 0, end: 0 };

function argument(value: Expression): Argument {
  return { name: undefined, value, span: nowhere, isSpread: false };
}

function timestampColumn(name: string, hasDefault: boolean, scope: Scope, span: Span): Column {
  const isFalse: Expression = { kind: 'boolean', span: nowhere, value: false };
  const now: Expression = {
    kind: 'call',
    span: nowhere,
    callee: {
      kind: 'member',
      span: nowhere,
      object: { kind: 'member', span: nowhere, object: { kind: 'name', span: nowhere, name: 'knex' }, name: 'fn' },
      name: 'now',
    },
    args: [],
    block: undefined,
    isNew: false,
    argumentsSpan: nowhere,
  };
  const modifiers = new Map<string, readonly Argument[]>(
    hasDefault
      ? [
          ['nullable', [argument(isFalse)]],
          ['defaultTo', [argument(now)]],
        ]
      : [],
  );
  return { name, type: 'timestamp', args: [], modifiers, alters: undefined, scope, span };
}
