import { isForTriggers, overloadsOf, sameArguments } from '../../server/src/schema/functions.js';
import type { CreateFunction, DropObject, ObjectKind } from '../../server/src/sql/action.js';
import { defineRule, type FileSide, type RuleContext } from '../engine/define-rule.js';
import { commits, isSame } from '../questions/in-file.js';
import { leadingWords, nameOf } from '../engine/words.js';

const routines: ReadonlySet<ObjectKind> = new Set(['function', 'procedure', 'routine', 'aggregate']);

/** A call is resolved by name and arguments each time it is planned: without a match it fails with 42883. */
export default defineRule({
  meta: {
    id: 'no-drop-function',
    category: 'application-compatibility',
    severity: 'warning',
    summary: 'Drop a function, procedure or aggregate only after no running code calls it.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-dropfunction.html'],
    messages: {
      drops:
        'Running code that calls the {what} {function} fails from here on (error 42883).\nShip the code that no longer calls {function} first, then drop it.',
      changes:
        'Running code that calls {function} with the arguments ({old}) fails from here on (error 42883): this file makes it with ({new}) instead.\nKeep the old {what} beside the new one until no running code calls it.',
      gap: 'Between this and its CREATE, {function} is not there: without a transaction around both, running code that calls it fails in the meantime (error 42883).\nPut both between BEGIN and COMMIT, or replace it with CREATE OR REPLACE.',
    },
  },

  check: {
    dropObject(action, context) {
      const what = action.objectKind;
      if (!routines.has(what) || context.runsLater) return;
      const { before, later, earlier, transaction } = context;
      const known = overloadsOf(before, action.object, action.arguments);
      if (known.length > 0 && known.every(({ release }) => release === before.release)) return;
      // The name is there, with other arguments: IF EXISTS finds nothing.
      if (known.length === 0 && action.ifExists && before.function(action.object)) return;
      const behind = madeIn(later, action);
      if (isForTriggers(known) || (known.length === 0 && isForTriggers(behind))) return;

      const at = action.object.span ?? leadingWords(context.statement);
      const data = { what, function: nameOf(action.object) };
      const old = action.arguments ?? (known.length === 1 ? known[0]?.arguments : undefined);
      const takesOver = (each: CreateFunction): boolean => old === undefined || takes(each, old);
      // One with the same arguments is the one that is dropped.
      const beside = madeIn(earlier, action).filter((each) => !old || !sameArguments(each.arguments, old));
      if (beside.some(takesOver)) return;
      const mayBeMissing = action.ifExists && known.length === 0;
      if (behind.some(takesOver) || isBackOtherwise(action, context)) {
        const isAtOnce = transaction.open && !isOnlyBehindCommit(action, context);
        if (isAtOnce || mayBeMissing || context.reportedBefore) return;
        return { at, message: 'gap', data, severity: 'info' };
      }
      const other = behind[0] ?? beside[0];
      const severity = mayBeMissing ? { severity: 'info' as const } : {};
      return other && old
        ? {
            at,
            message: 'changes',
            data: { ...data, old: old.join(', '), new: other.arguments.join(', ') },
            ...severity,
          }
        : { at, message: 'drops', data, ...severity };
    },
  },
});

/** The functions of the name that a stretch of the file makes. */
function madeIn(side: FileSide, { object }: DropObject): CreateFunction[] {
  return [...side.naming(object.name)].filter(
    (each): each is CreateFunction => each.kind === 'createFunction' && isSame(each.function, object),
  );
}

/** True when the new function answers every call with the old arguments: others it has by default. */
function takes(made: CreateFunction, old: readonly string[]): boolean {
  if (made.arguments.at(-1)?.startsWith('variadic ')) return true;
  if (made.required > old.length || made.arguments.length < old.length) return false;
  return old.every((type, index) => {
    const wanted = made.arguments[index] ?? '';
    return sameArguments([type], [wanted]) || anything.has(wanted) || (wider[type] ?? []).includes(wanted);
  });
}

const anything = new Set(['anyelement', 'anycompatible', 'any', 'record']);

/** Casts that a call makes by itself (pg_cast.castcontext = 'i'). */
const wider: Readonly<Record<string, readonly string[]>> = {
  int2: ['int4', 'int8', 'numeric', 'float4', 'float8'],
  int4: ['int8', 'numeric', 'float4', 'float8'],
  int8: ['numeric', 'float4', 'float8'],
  numeric: ['float4', 'float8'],
  float4: ['float8'],
  varchar: ['text', 'bpchar'],
  bpchar: ['text', 'varchar'],
  text: ['varchar', 'bpchar'],
  date: ['timestamp', 'timestamptz'],
  timestamp: ['timestamptz'],
};

/** True when an aggregate is defined again behind it, or when something else is given its name. */
function isBackOtherwise({ object, objectKind }: DropObject, { later }: RuleContext): boolean {
  const takesName = later.naming(object.name).some((each) => each.kind === 'renameObject' && each.to === object.name);
  if (takesName || objectKind !== 'aggregate') return takesName;
  return later.naming(object.name).some((each) => each.kind === 'other' && each.statement === 'create aggregate');
}

/** True when the transaction ends before the function is back. */
function isOnlyBehindCommit(action: DropObject, { later }: RuleContext): boolean {
  return later.some(commits) && madeIn(later.until(commits), action).length === 0;
}
