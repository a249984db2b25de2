import type { Argument, Call, Expression } from '../../code.js';
import { pathOf, resolved, type Scope } from '../../values.js';

/** One call of a chain: `.notNullable()`. */
export interface Link {
  readonly name: string;
  readonly args: readonly Argument[];
  readonly call: Call;
}

/** Calls that are made on each other's results: `knex.schema.withSchema('a').createTable('b', …)`. */
export interface Chain {
  /** What the first is called on. */
  readonly root: Expression;
  /** The names of the root, where it is only names: ["knex", "schema"]. */
  readonly path: readonly string[];
  readonly links: readonly Link[];
}

/** A call of a function by its bare name is a chain without links whose root is the call itself. */
export function chainOf(call: Call): Chain {
  const links: Link[] = [];
  let rest: Expression = call;
  while (rest.kind === 'call' && rest.callee.kind === 'member' && !rest.isNew) {
    links.unshift({ name: rest.callee.name, args: rest.args, call: rest });
    rest = rest.callee.object;
  }
  return { root: rest, path: pathOf(rest) ?? [], links };
}

/** The chain with the calls in front that its root was given before: `const table = db.schema.alterTable('a');`. */
export function wholeChain(call: Call, scope: Scope): Chain {
  const chain = chainOf(call);
  if (chain.root.kind !== 'name') return chain;
  const root = resolved(chain.root, scope);
  if (root.kind === 'member') return { ...chain, root, path: pathOf(root) ?? [] };
  if (root.kind !== 'call' || root === call) return chain;
  const before = chainOf(root);
  return { ...before, links: [...before.links, ...chain.links] };
}
