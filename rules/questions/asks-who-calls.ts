import { isBuiltIn } from '../../server/src/impact/volatility.js';
import type { UserFunction } from '../../server/src/schema/model.js';
import { bodyUses } from '../../server/src/sql/body-uses.js';

/** Functions and words by which a body asks in whose name it runs. */
const ofCaller: ReadonlySet<string> = new Set(['current_setting', 'pg_has_role', 'current_user', 'session_user']);

/**
 * False for a function whose bodies can be read, and ask neither who calls nor a function of the project's that might. In:
 * a function as the history has it.
 */
export function mayAskWhoCalls({ overloads }: UserFunction): boolean {
  return overloads.some(({ written }) => {
    const uses = written === undefined ? undefined : bodyUses(written);
    if (!uses) return true;
    const mentions = uses.queries.flatMap((query) => query.mentions);
    return (
      uses.calls.some((call) => ofCaller.has(call.name) || !isBuiltIn(call)) ||
      mentions.some((name) => ofCaller.has(name)) ||
      /\b(?:current|session)_user\b/i.test(uses.text)
    );
  });
}
