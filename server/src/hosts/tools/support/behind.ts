import { functionOf } from '../../values.js';
import type { Place, Visitor } from '../../walk.js';
import type { Chain } from './chain.js';
import type { Emitter } from './emitter.js';

const next = /^(then|finally|tap|map|mapSeries|each|spread|asCallback|return)$/;

/** What runs behind the calls of a chain: `.then(() => …)`, and, where one of them fails, `.catch(() => …)`. */
export function walkBehind(
  { links }: Chain,
  place: Place,
  emitter: Emitter,
  walkInto: Parameters<Visitor['call']>[2],
): void {
  for (const [index, { name, args }] of links.entries()) {
    const before = links[index - 1]?.call;
    const func = functionOf(args[0]?.value, place.scope);
    const failed = functionOf((name === 'catch' ? args[0] : args[1])?.value, place.scope);
    if (func && next.test(name)) walkInto(func, before ? [before] : []);
    if (failed && /^(then|catch)$/.test(name)) emitter.maybe(() => walkInto(failed));
  }
}
