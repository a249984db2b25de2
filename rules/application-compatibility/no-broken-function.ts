import { goingAlong } from '../../server/src/schema/dependents/along.js';
import { type CodeUse, codeNaming, stillNames } from '../../server/src/schema/dependents/code.js';
import type { DependentObject, Target } from '../../server/src/schema/dependents/model.js';
import { droppedBy, renamedBy } from '../../server/src/schema/dependents/targets.js';
import type { Dependent } from '../../server/src/schema/model.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import type { Action, ActionOf } from '../../server/src/sql/action.js';
import { isRoutine } from '../../server/src/sql/kinds.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';
import { defineRule, type FileSide, type Report, type RuleContext } from '../engine/define-rule.js';
import { commits } from '../questions/in-file.js';
import { leadingWords, listed } from '../engine/words.js';

type Id = 'breaks' | 'mayBreak' | 'gap';
type Change = ActionOf<
  'dropColumn' | 'dropTable' | 'dropObject' | 'renameColumn' | 'renameTable' | 'renameObject' | 'setSchema'
>;

/** PostgreSQL looks into a body in a string when the function runs: what it names may go, and every call fails (measured). */
export default defineRule({
  meta: {
    id: 'no-broken-function',
    category: 'application-compatibility',
    severity: 'error',
    summary: 'Do not drop or rename what the body of a function or trigger function names.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/plpgsql-implementation.html'],
    messages: {
      breaks:
        '{functions} still {names} {object}: from here on {what} fails (error {code}), whatever the application does.\nReplace or drop {it} first, in the same transaction.',
      mayBreak:
        '{functions} may name {object}: then {what} fails from here on (error {code}).\nLook at the body, and replace {it} in the same transaction where that is so.',
      gap: 'Until {functions} {is} replaced further below, {what} fails (error {code}), as {they} still {names} {object}.\nPut both between BEGIN and COMMIT.',
    },
  },

  check: {
    dropColumn: check,
    dropTable: check,
    dropObject: check,
    renameColumn: check,
    renameTable: check,
    renameObject: check,
    setSchema: check,
  },
});

function check(action: Change, context: RuleContext): Report<Id> | undefined {
  const { before, statement, runsLater } = context;
  // What PostgreSQL refuses breaks nothing.
  if (runsLater || context.impact.fails?.certain) return undefined;
  const target = droppedBy(action, before) ?? renamedBy(action, before);
  if (!target || isNew(target, before)) return undefined;
  const along = 'cascade' in action && action.cascade ? goingAlong(target, before) : [];
  const goneToo = new Set(along.map(({ key }) => key));
  const uses = new Map<string, { use: CodeUse; of: Target }>();
  for (const of of [target, ...along.flatMap((each) => targetGone(each, before))])
    for (const use of codeNaming(of, before, action.kind.startsWith('rename') ? 'rename' : 'drop'))
      if (!uses.has(use.function.key)) uses.set(use.function.key, { use, of });
  const left = [...uses.values()].filter(
    ({ use, of }) => !goneToo.has(`function ${use.function.key}`) && isLeft(use, of, action, context),
  );
  const [first] = left;
  if (!first) return undefined;

  const broken = left.filter(({ use, of }) => !isMended(use, of, context));
  const still = broken.filter(({ of }) => !takesOver(of, action, context));
  const certain = still.filter(({ use }) => use.certain && action.kind !== 'setSchema');
  const at = placeOf(action) ?? leadingWords(statement);
  if (certain.length > 0) return { at, message: 'breaks', data: words(certain, before) };
  if (still.length > 0) return { at, message: 'mayBreak', data: words(still, before), severity: 'warning' };
  const gaps = left.filter((each) => each.use.certain && !broken.includes(each));
  return context.transaction.open || gaps.length === 0
    ? undefined
    : { at, message: 'gap', data: inMiddle(words(gaps, before)), severity: 'info' };
}

function placeOf(action: Change): Report['at'] | undefined {
  if (action.kind === 'dropColumn' || action.kind === 'renameColumn') return action.columnSpan;
  return action.kind === 'dropTable' || action.kind === 'renameTable' ? action.table.span : action.object.span;
}

/** True for what has come with this release, which no code in the database has run on. */
function isNew(target: Target, before: SchemaState): boolean {
  if (target.kind === 'column')
    return before.isUnused(target.table) || target.table.columns.get(target.column)?.release === before.release;
  if (target.kind !== 'relation') return false;
  const { relation } = target;
  return relation.kind === 'table' ? before.isUnused(relation) : relation.release === before.release;
}

/** What CASCADE takes along, as far as a body can name it. */
function targetGone({ kind, key, on, name, onDrop }: DependentObject, before: SchemaState): Target[] {
  if (onDrop !== 'refuses') return [];
  const table = kind === 'column' && on !== undefined ? before.tableByKey(on) : undefined;
  if (table) return [{ kind: 'column', table, column: name }];
  const relation = key.startsWith('relation ') ? before.relationByKey(key.slice('relation '.length)) : undefined;
  return relation && relation.kind !== 'index' ? [{ kind: 'relation', relation }] : [];
}

/** Behind the action the function is still there, and something still runs it where something did. */
function isLeft(use: CodeUse, of: Target, action: Change, { before, statement }: RuleContext): boolean {
  const gone = statement.actions.some((each) => {
    const other = droppedBy(each, before);
    return other?.kind === 'function' && other.function.key === use.function.key;
  });
  if (gone) return false;
  // A trigger goes with its table.
  const table = of.kind === 'relation' && action.kind === 'dropTable' ? of.relation.key : undefined;
  return !isForTriggers(use) || use.triggers.some(({ on }) => on !== table);
}

function isForTriggers({ function: fn }: CodeUse): boolean {
  return fn.overloads.every(({ returns }) => returns === 'trigger');
}

/** True where the function is replaced by one that names nothing of it, or goes, or where its triggers go. */
function isMended(use: CodeUse, of: Target, context: RuleContext): boolean {
  // Where nothing holds both together, there is a gap, which is reported as one.
  const side = context.transaction.open ? context.later.until(commits) : context.later;
  const { name } = use.function;
  for (const statement of side.statements(createsFunction))
    for (const action of statement.actions)
      if (
        action.kind === 'createFunction' &&
        action.function.name === name &&
        !stillNames(statement.text, use.function, of, context.before)
      )
        return true;
  if (side.naming(name).some((each) => each.kind === 'dropObject' && isRoutine(each.objectKind))) return true;
  return isForTriggers(use) && use.triggers.every((trigger) => isDropped(trigger, side, context.before));
}

function createsFunction({ actions }: ParsedStatement): boolean {
  return actions.some(({ kind }) => kind === 'createFunction');
}

function isDropped({ name, on }: Dependent, side: FileSide, before: SchemaState): boolean {
  const table = on === undefined ? undefined : before.relationByKey(on);
  const drops = (each: Action): boolean =>
    (each.kind === 'dropObject' && each.objectKind === 'trigger') ||
    (each.kind === 'dropTable' && before.table(each.table)?.key === on);
  return side.naming(name).some(drops) || (table !== undefined && side.naming(table.name).some(drops));
}

/** True where something else gets the name: another column, a view of the old name, a function with the same arguments. */
function takesOver(of: Target, action: Change, context: RuleContext): boolean {
  const side = context.transaction.open ? context.fromHere.until(commits) : context.fromHere;
  switch (of.kind) {
    case 'column': {
      const { table, column } = of;
      return side.naming(table.name).some((each) => {
        if (each === action) return false;
        if (each.kind === 'renameColumn') return each.to === column;
        return each.kind === 'addColumn' && each.column.name === column;
      });
    }
    case 'relation':
      return side.naming(of.relation.name).some((each) => each !== action && makes(each, of.relation.name));
    case 'function':
      return side
        .naming(of.function.name)
        .some(
          (each) =>
            each !== action &&
            (each.kind === 'createFunction' || (each.kind === 'renameObject' && each.to === of.function.name)),
        );
    default:
      return false;
  }
}

function makes(action: Action, name: string): boolean {
  switch (action.kind) {
    case 'createTable':
      return action.table.name === name;
    case 'createView':
      return action.view.name === name;
    case 'createSequence':
      return action.sequence.name === name;
    case 'renameTable':
    case 'renameObject':
      return action.to === name;
    default:
      return false;
  }
}

interface Found {
  readonly use: CodeUse;
  readonly of: Target;
}

/** More names than these would not be read. */
const most = 3;

function words(found: readonly Found[], before: SchemaState): Record<string, string> {
  const shown = found.slice(0, most).map(({ use }) => named(use, before));
  const more = found.length - shown.length;
  const functions = listed(more > 0 ? [...shown, `${more} more functions`] : shown);
  const [first] = found;
  const one = found.length === 1;
  return {
    functions: functions.charAt(0).toUpperCase() + functions.slice(1),
    names: one ? 'names' : 'name',
    is: one ? 'is' : 'are',
    it: one ? 'it' : 'them',
    they: one ? 'it' : 'they',
    object: first ? objectOf(first.of) : '',
    what: listed([...new Set(found.flatMap(({ use }) => failing(use, before)))].slice(0, most)),
    code: first?.use.code ?? '',
  };
}

function inMiddle(data: Record<string, string>): Record<string, string> {
  const { functions = '' } = data;
  return { ...data, functions: functions.charAt(0).toLowerCase() + functions.slice(1) };
}

function named({ function: fn, triggers }: CodeUse, before: SchemaState): string {
  const by = [...new Set(triggers.map(({ name, on }) => `${name} of ${plain(on, before)}`))].slice(0, most);
  const run = by.length === 0 ? '' : ` (run by the ${by.length === 1 ? 'trigger' : 'triggers'} ${listed(by)})`;
  const kind = fn.overloads.every(({ returns }) => returns === undefined) ? 'procedure' : 'function';
  return `the ${kind} ${fn.name}()${run}`;
}

function plain(key: string | undefined, before: SchemaState): string {
  return before.relationByKey(key ?? '')?.name ?? '';
}

/** What fails when the function does. */
function failing({ function: fn, triggers, callers, branches }: CodeUse, before: SchemaState): string[] {
  if (triggers.length > 0)
    return triggers.map(({ events, on }) => {
      const some = branches && events.length > 1 ? ' that gets there' : '';
      return `every ${listed(events, 'or')} on ${plain(on, before)}${some}`;
    });
  const by = callers.flatMap(({ kind, name, on }) => {
    switch (kind) {
      case 'policy':
        return `every query on ${plain(on, before)}`;
      case 'default value':
        return `every INSERT into ${plain(on, before)} that leaves ${name} out`;
      case 'view':
      case 'materialized view':
        return `every read of ${name}`;
      case 'index':
      case 'column':
      case 'table constraint':
        return `every write to ${plain(on, before)}`;
      default:
        return [];
    }
  });
  return by.length > 0 ? by : [`every call of ${fn.name}()`];
}

function objectOf(target: Target): string {
  switch (target.kind) {
    case 'column':
      return `${target.table.name}.${target.column}`;
    case 'relation':
      return target.relation.name;
    case 'function':
      return `${target.function.name}()`;
    case 'type':
      return target.type.name;
    case 'extension':
      return `a function of ${target.name}`;
    default:
      return '';
  }
}
