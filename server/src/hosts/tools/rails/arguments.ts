import type { Argument, Expression } from '../../code.js';
import { itemsOf, type Plain, plainOf, resolved, type Scope, textOf } from '../../values.js';
import { notKnown } from '../not-known.js';

/** What a command of Rails is called with: values in order and options. */
export class Options {
  constructor(
    readonly named: ReadonlyMap<string, Expression>,
    readonly scope: Scope,
  ) {}

  get(name: string): Expression | undefined {
    return this.named.get(name);
  }

  has(name: string): boolean {
    return this.named.has(name);
  }

  /** The value of an option: undefined where it is not given, null for nil. */
  plain(name: string): Plain | undefined {
    const value = this.named.get(name);
    if (value === undefined) return undefined;
    const plain = plainOf(value, this.scope);
    return plain === undefined ? notKnown(`its ${name} is decided when it runs`) : plain;
  }

  text(name: string): string | undefined {
    const plain = this.plain(name);
    return typeof plain === 'string' || typeof plain === 'number' ? String(plain) : undefined;
  }

  number(name: string): number | undefined {
    const plain = this.plain(name);
    return typeof plain === 'number' ? plain : undefined;
  }

  flag(name: string): boolean | undefined {
    const plain = this.plain(name);
    return typeof plain === 'boolean' ? plain : undefined;
  }

  /** The options that stand in one: `index: { unique: true }`. */
  nested(name: string): Options | undefined {
    const value = this.named.get(name);
    const found = value && resolved(value, this.scope);
    if (found?.kind !== 'record') return undefined;
    return new Options(
      new Map(
        found.entries.map((entry) => [entry.key ?? notKnown(`its ${name} is decided when it runs`), entry.value]),
      ),
      this.scope,
    );
  }

  with(entries: readonly (readonly [string, Expression | undefined])[]): Options {
    const named = new Map(this.named);
    for (const [name, value] of entries)
      if (value) named.set(name, value);
      else named.delete(name);
    return new Options(named, this.scope);
  }

  only(...names: readonly string[]): Options {
    return new Options(new Map([...this.named].filter(([name]) => names.includes(name))), this.scope);
  }
}

/** Takes the arguments of a call apart. Throws NotKnown where one of them is put together when it runs. */
export function splitArguments(
  args: readonly Argument[],
  scope: Scope,
): { readonly positional: readonly Expression[]; readonly options: Options } {
  const positional: Expression[] = [];
  const named = new Map<string, Expression>();
  for (const { name, value, isSpread } of args) {
    if (!isSpread && name !== undefined) named.set(name, value);
    else if (!isSpread) positional.push(value);
    else spread(value, scope, positional, named);
  }
  return { positional, options: new Options(named, scope) };
}

function spread(value: Expression, scope: Scope, positional: Expression[], named: Map<string, Expression>): void {
  const found = resolved(value, scope);
  const items = itemsOf(found, scope);
  if (items) positional.push(...items);
  else if (found.kind === 'record')
    for (const { key, value: each } of found.entries)
      named.set(key ?? notKnown('its options are put together when it runs'), each);
  else notKnown('its arguments are put together when it runs');
}

/** A name: a symbol or a string. */
export function nameFrom(value: Expression | undefined, scope: Scope, what: string): string {
  if (!value) return notKnown(`its ${what} is missing`);
  return textOf(value, scope) ?? notKnown(`its ${what} is decided when it runs`);
}

/** One name or several. */
export function namesFrom(value: Expression | undefined, scope: Scope, what: string): readonly string[] {
  const items = value && itemsOf(value, scope);
  return items ? items.map((item) => nameFrom(item, scope, what)) : [nameFrom(value, scope, what)];
}

const nowhere = { start: 0, end: 0 };
const noQuote = { style: "'", raw: true, interpolates: undefined, dedent: 0, inside: nowhere } as const;

/** A value that stands nowhere in the file: of a command that is derived from another. */
export function textExpression(text: string): Expression {
  return { kind: 'text', span: nowhere, parts: [{ kind: 'escape', span: nowhere, text, quote: noQuote }] };
}

export function booleanExpression(value: boolean): Expression {
  return { kind: 'boolean', span: nowhere, value };
}
