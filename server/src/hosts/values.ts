import type { Call, Expression, FunctionValue, Statement, Text, TextPart } from './code.js';

/** What names stand for: constants of the file, parameters of a function that is inlined, the turn of a loop. */
export type Scope = ReadonlyMap<string, Expression>;

/** A value that is known without running anything. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** A name that leads to itself ends here. */
const MOST_STEPS = 20;

/** The constants among some statements: names that are given a value once. Functions are constants, too. */
export function constantsOf(statements: readonly Statement[], outer: Scope = new Map()): Scope {
  const found = new Map<string, Expression | undefined>();
  for (const statement of statements) {
    if (statement.kind === 'function') found.set(statement.value.name, statement.value);
    if (statement.kind !== 'assign' || statement.target?.kind !== 'name') continue;
    const { name } = statement.target;
    found.set(name, found.has(name) ? undefined : statement.value);
  }
  // What is added to where it stands is no constant either.
  for (const name of changedInPlace(statements))
    if (/^(list|record|text)$/.test(found.get(name)?.kind ?? '')) found.set(name, undefined);
  // What a branch or a loop may give another value is no constant.
  for (const name of statements.flatMap((each) => assignedWithin(each)))
    if (found.has(name)) found.set(name, undefined);
  const scope = new Map(outer);
  for (const [name, value] of found)
    if (value) scope.set(name, value);
    else scope.delete(name);
  return scope;
}

const mutators =
  /^(push|unshift|splice|pop|shift|reverse|fill|append|extend|insert|remove|update|set|add|clear|<<|concat!|merge!)$/;
const inPlace = new WeakMap<readonly Statement[], ReadonlySet<string>>();

/** The names of lists and records that these statements change where they stand: `columns.push(…)`, `options.a = …`. */
function changedInPlace(statements: readonly Statement[]): ReadonlySet<string> {
  const known = inPlace.get(statements);
  if (known) return known;
  const names = new Set<string>();
  const open: unknown[] = [...statements];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (Array.isArray(node)) for (const each of node) open.push(each);
    else if (isNode(node)) {
      const name = changedBy(node);
      if (name !== undefined) names.add(name);
      for (const [key, value] of Object.entries(node))
        if (key !== 'quote' && key !== 'span' && typeof value === 'object') open.push(value);
    }
  }
  inPlace.set(statements, names);
  return names;
}

function isNode(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The name whose value a call or an assignment changes. */
function changedBy(node: object): string | undefined {
  if (!('kind' in node)) return undefined;
  if (node.kind === 'call' && 'callee' in node) {
    const { callee } = node;
    if (!isMember(callee)) return undefined;
    if (mutators.test(callee.name)) return callee.object.name;
    const [first] = 'args' in node && Array.isArray(node.args) ? node.args : [];
    const isAssign = callee.object.name === 'Object' && callee.name === 'assign';
    return isAssign && isNode(first) && 'value' in first ? nameOf(first.value) : undefined;
  }
  return node.kind === 'assign' && 'target' in node && isMember(node.target) ? node.target.object.name : undefined;
}

function isMember(value: unknown): value is { readonly name: string; readonly object: { readonly name: string } } {
  return (
    isNode(value) &&
    'kind' in value &&
    value.kind === 'member' &&
    'object' in value &&
    nameOf(value.object) !== undefined
  );
}

function nameOf(value: unknown): string | undefined {
  if (!isNode(value) || !('kind' in value) || value.kind !== 'name' || !('name' in value)) return undefined;
  return typeof value.name === 'string' ? value.name : undefined;
}

/** The names that are given a value several times by these statements themselves, and by none within them. */
export function changedInTurn(statements: readonly Statement[]): ReadonlySet<string> {
  const within = new Set(statements.flatMap((each) => assignedWithin(each)));
  const seen = new Set<string>();
  const changed = new Set<string>();
  for (const statement of statements) {
    if (statement.kind !== 'assign' || statement.target?.kind !== 'name') continue;
    const { name } = statement.target;
    if (seen.has(name) && !within.has(name)) changed.add(name);
    seen.add(name);
  }
  return changed;
}

/** The names that get a value in the statements within one. */
function assignedWithin(statement: Statement): string[] {
  const within =
    statement.kind === 'if'
      ? [...statement.then, ...statement.otherwise]
      : statement.kind === 'loop' || statement.kind === 'with' || statement.kind === 'block'
        ? statement.body
        : [];
  return within.flatMap((each) => [
    ...(each.kind === 'assign' && each.target?.kind === 'name' ? [each.target.name] : []),
    ...assignedWithin(each),
  ]);
}

/** The scope with more names in it; what has no value is not known any more. */
export function withNames(scope: Scope, names: Iterable<readonly [string, Expression | undefined]>): Scope {
  const result = new Map(scope);
  for (const [name, value] of names)
    if (value) result.set(name, value);
    else result.delete(name);
  return result;
}

/** What an expression stands for: a name's value, an entry of a constant. The expression itself where that is not known. */
export function resolved(expression: Expression, scope: Scope, steps = 0): Expression {
  if (steps > MOST_STEPS) return expression;
  if (expression.kind === 'name') {
    const value = scope.get(expression.name);
    return value === undefined || value === expression ? expression : resolved(value, scope, steps + 1);
  }
  if (expression.kind !== 'member') return expression;
  const object = resolved(expression.object, scope, steps + 1);
  if (object.kind === 'list' && /^\d+$/.test(expression.name) && object.items.every(({ kind }) => kind !== 'other')) {
    const item = object.items[Number(expression.name)];
    return item ? resolved(item, scope, steps + 1) : expression;
  }
  if (object.kind !== 'record') return expression;
  const entry = object.entries.find(({ key }) => key === expression.name);
  // Behind something that is spread into it, an entry may be another one.
  return entry && object.entries.every(({ key }) => key !== undefined)
    ? resolved(entry.value, scope, steps + 1)
    : expression;
}

/** A string with the constants of the file put in; undefined for what is no string. */
export function joinedText(expression: Expression, scope: Scope): Text | undefined {
  const text = resolved(expression, scope);
  if (text.kind !== 'text') return undefined;
  if (text.parts.every(({ kind }) => kind !== 'value')) return text;
  return { ...text, parts: text.parts.flatMap((part) => partsOf(part, scope, 0)) };
}

function partsOf(part: TextPart, scope: Scope, depth: number): readonly TextPart[] {
  if (part.kind !== 'value' || depth > MOST_STEPS) return [part];
  const value = resolved(part.value, scope);
  if (value.kind === 'number' && part.quote) return [written(part, value.written)];
  if (value.kind !== 'text') return [part];
  const inner = value.parts.flatMap((each) => partsOf(each, scope, depth + 1));
  // Between literals that are joined a string stands for itself; put into a literal, it stands where the hole is.
  if (part.quote === undefined || inner.some(({ kind }) => kind === 'value')) return inner;
  return [written(part, inner.map((each) => (each.kind === 'value' ? '' : each.text)).join(''))];
}

function written(part: TextPart & { readonly kind: 'value' }, text: string): TextPart {
  return part.quote ? { kind: 'escape', span: part.span, text, quote: part.quote } : part;
}

/** A string that is known as a whole. */
export function textOf(expression: Expression | undefined, scope: Scope): string | undefined {
  const text = expression && joinedText(expression, scope);
  if (!text) return undefined;
  let whole = '';
  for (const part of text.parts) {
    if (part.kind === 'value') return undefined;
    whole += part.text;
  }
  return whole;
}

/** A value that is known as a whole, lists and records within it included; undefined where any of it is not. */
export function plainOf(expression: Expression | undefined, scope: Scope): Plain | undefined {
  const value = expression && resolved(expression, scope);
  switch (value?.kind) {
    case 'text':
      return value.tag === undefined ? textOf(value, scope) : undefined;
    case 'number':
    case 'boolean':
      return value.value;
    case 'null':
      return null;
    case 'list': {
      const items = value.items.map((item) => plainOf(item, scope));
      return items.some((item) => item === undefined)
        ? undefined
        : items.flatMap((item) => (item === undefined ? [] : [item]));
    }
    case 'record': {
      const result: Record<string, Plain> = {};
      for (const { key, value: each } of value.entries) {
        const plain = plainOf(each, scope);
        if (key === undefined || plain === undefined) return undefined;
        result[key] = plain;
      }
      return result;
    }
    default:
      return undefined;
  }
}

/** The items of a list that is written out; undefined for any other value, and where something is spread into it. */
export function itemsOf(expression: Expression | undefined, scope: Scope): readonly Expression[] | undefined {
  const value = expression && resolved(expression, scope);
  if (value?.kind === 'call') return keysOrValues(value, scope);
  return value?.kind === 'list' && value.items.every((item) => item.kind !== 'other') ? value.items : undefined;
}

/** `Object.keys(x)`, `Object.values(x)` and `Object.entries(x)` of a record that is written out. */
function keysOrValues({ callee, args }: Call, scope: Scope): readonly Expression[] | undefined {
  const path = pathOf(callee)?.join('.');
  const record = args[0] && resolved(args[0].value, scope);
  if (record?.kind !== 'record' || !/^Object\.(keys|values|entries)$/.test(path ?? '')) return undefined;
  if (record.entries.some(({ key }) => key === undefined)) return undefined;
  return record.entries.map(({ key = '', value, span }): Expression => {
    const quote = { style: "'", raw: true, interpolates: undefined, dedent: 0, inside: span } as const;
    const name: Expression = { kind: 'text', span, parts: [{ kind: 'escape', span, text: key, quote }] };
    if (path === 'Object.keys') return name;
    return path === 'Object.values' ? value : { kind: 'list', span, items: [name, value] };
  });
}

/** An entry of a record that is written out; undefined where it is not there. */
export function entryOf(expression: Expression | undefined, key: string, scope: Scope): Expression | undefined {
  const value = expression && resolved(expression, scope);
  if (value?.kind !== 'record') return undefined;
  return value.entries.filter((entry) => entry.key === key).at(-1)?.value;
}

/** A function: as it stands, or by its name. */
export function functionOf(expression: Expression | undefined, scope: Scope): FunctionValue | undefined {
  const value = expression && resolved(expression, scope);
  return value?.kind === 'function' ? value : undefined;
}

/** The names along a chain of members: `queryInterface.sequelize.query` is three; undefined where one is no name. */
export function pathOf(expression: Expression): readonly string[] | undefined {
  if (expression.kind === 'name') return [expression.name];
  if (expression.kind !== 'member') return undefined;
  const before = pathOf(expression.object);
  return before && [...before, expression.name];
}
