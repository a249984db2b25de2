import type { Argument, Call, Expression } from '../code.js';
import { NotKnown, notKnown } from './not-known.js';
import { itemsOf, pathOf, plainOf, resolved, type Scope, textOf } from '../values.js';

// How the arguments of calls in Python are read.

/** The last name of what is called: "Column" of sa.Column. */
export function calledName(call: Call): string | undefined {
  const { callee } = call;
  return callee.kind === 'name' || callee.kind === 'member' ? callee.name : undefined;
}

/** The arguments of a call by position and by name. */
export class Arguments {
  readonly positional: readonly Expression[];

  constructor(
    readonly call: Call,
    readonly scope: Scope,
  ) {
    const args = call.args.flatMap((each) => spread(each, scope));
    this.args = args;
    this.positional = args.filter(({ name }) => name === undefined).map(({ value }) => value);
  }

  private readonly args: readonly Argument[];

  get named(): readonly Argument[] {
    return this.args.filter(({ name }) => name !== undefined);
  }

  /** An argument by its place and its name. */
  at(position: number, ...names: readonly string[]): Expression | undefined {
    return this.positional[position] ?? this.option(...names);
  }

  option(...names: readonly string[]): Expression | undefined {
    return this.args.find(({ name }) => name !== undefined && names.includes(name))?.value;
  }

  /** A string that has to be there. */
  text(position: number, ...names: readonly string[]): string {
    const text = this.textIfAny(this.at(position, ...names));
    return text ?? notKnown(`its ${names[0] ?? 'name'} is missing`);
  }

  /** A string or none. */
  textIfAny(value: Expression | undefined): string | undefined {
    return nameOf(value, this.scope);
  }

  optionText(...names: readonly string[]): string | undefined {
    return this.textIfAny(this.option(...names));
  }

  /** True and false; undefined where it is not given or None. */
  flag(...names: readonly string[]): boolean | undefined {
    const value = this.option(...names);
    if (value === undefined) return undefined;
    const plain = plainOf(value, this.scope);
    if (plain === undefined) notKnown(`its ${names[0] ?? 'option'} is decided when it runs`);
    return plain === null ? undefined : plain === true || plain === 'True';
  }

  /** Names in a list or in one string. */
  names(value: Expression | undefined): readonly string[] {
    const items = itemsOf(value, this.scope);
    if (items) return items.map((item) => nameOf(item, this.scope) ?? notKnown('a name in it is decided when it runs'));
    const one = nameOf(value, this.scope);
    return one === undefined ? notKnown('its columns are decided when it runs') : [one];
  }
}

function spread(argument: Argument, scope: Scope): readonly Argument[] {
  if (!argument.isSpread) return [argument];
  const value = resolved(argument.value, scope);
  if (value.kind === 'list')
    return value.items.map((item) => ({ name: undefined, value: item, span: item.span, isSpread: false }));
  if (value.kind === 'record' && value.entries.every(({ key }) => key !== undefined))
    return value.entries.map(({ key, value: each, span }) => ({ name: key, value: each, span, isSpread: false }));
  return notKnown('some of its arguments are put together when it runs');
}

/** A name: a string, or op.f('…'). Undefined for None and for nothing. */
export function nameOf(value: Expression | undefined, scope: Scope): string | undefined {
  if (!value) return undefined;
  const found = resolved(value, scope);
  if (found.kind === 'null') return undefined;
  if (found.kind === 'call' && (calledName(found) === 'f' || calledName(found) === 'quoted_name'))
    return nameOf(found.args[0]?.value, scope);
  return textOf(found, scope) ?? notKnown('a name in it is decided when it runs');
}

/** The path of what is called, "sa.text". */
export function calledPath(call: Call): string {
  return pathOf(call.callee)?.join('.') ?? '';
}

export { NotKnown, notKnown };
