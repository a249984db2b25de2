import type { Expression, Text } from '../code.js';
import { formattedText, percentText } from '../python/expressions.js';
import { joinedText, resolved, type Scope } from '../values.js';

/**
 * A string with the constants of the file put in, also where it is a constant that is formatted: `SQL.format(…)`,
 * `SQL % …`. Undefined for what is no string.
 */
export function pythonText(value: Expression, scope: Scope, source: string): Text | undefined {
  const found = resolved(value, scope);
  if (found.kind === 'text') return joinedText(found, scope);
  if (found.kind === 'call' && found.callee.kind === 'member' && found.callee.name === 'format') {
    const text = joinedText(found.callee.object, scope);
    return text && !found.args.some(({ isSpread }) => isSpread)
      ? joinedText(formattedText(text, found.args, found.span), scope)
      : undefined;
  }
  const [left, right, ...more] = found.kind === 'other' ? found.parts : [];
  if (!left || !right || more.length > 0) return undefined;
  const text = source.slice(left.span.end, right.span.start).trim() === '%' ? joinedText(left, scope) : undefined;
  return text && joinedText(percentText(text, right), scope);
}
