import { isForTriggers, overloadsOf } from '../../server/src/schema/functions.js';
import type {
  Action,
  ObjectKind,
  ObjectName,
  RenameConstraint,
  RenameObject,
  SetSchema,
} from '../../server/src/sql/action.js';
import { defineRule, type Report, type RuleContext, type Severity } from '../engine/define-rule.js';
import { isSame } from '../questions/in-file.js';
import { leadingWords, nameOf } from '../engine/words.js';

/** What running code says by name, in words, and how certain it is that it does. */
const named: Readonly<Partial<Record<ObjectKind, readonly [what: string, severity: Severity]>>> = {
  view: ['view', 'error'],
  'materialized view': ['materialized view', 'error'],
  'foreign table': ['foreign table', 'error'],
  table: ['table', 'error'],
  column: ['column of', 'error'],
  schema: ['schema', 'error'],
  function: ['function', 'warning'],
  procedure: ['procedure', 'warning'],
  routine: ['routine', 'warning'],
  aggregate: ['aggregate', 'warning'],
  type: ['type', 'warning'],
  domain: ['domain', 'warning'],
  sequence: ['sequence', 'info'],
};

/** Instant, and from that instant every query of the running application that says the old name fails. */
export default defineRule({
  meta: {
    id: 'no-rename-object',
    category: 'application-compatibility',
    severity: 'error',
    summary: 'Do not rename or move a view, function, type, enum value or schema that running code may name.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: [
      'https://www.postgresql.org/docs/current/sql-alterview.html',
      'https://www.postgresql.org/docs/current/sql-altertype.html',
    ],
    messages: {
      renames:
        'Running code that names the {what} {object} fails as soon as it is called {to}.\nMake {to} beside it, move the code over, then drop {object}.',
      renamesColumn:
        'Renaming a column of the view {object} to {to} breaks running code that reads it under the old name (error 42703).\nAppend {to} with CREATE OR REPLACE VIEW, move the code over, then rebuild the view.',
      moves:
        'Running code that finds the {what} {object} where it is fails once it lies in the schema {to}, unless its search_path has both schemas.\nVerify that of every role and pool, or leave a view or function behind under the old name.',
      renamesConstraint:
        'Code that names the constraint {constraint} of {table} misses it once it is called {to}: INSERT … ON CONFLICT ON CONSTRAINT fails (error 42704), and a handler that reads the name from an error no longer knows it.\nSearch the code for {constraint}, and let it know both names before this runs.',
      renamesValue:
        "Running code that writes or compares the value '{value}' of {object} fails once it is called '{to}' (error 22P02).\nAdd '{to}' with ALTER TYPE … ADD VALUE, move the code and the rows over, and leave the old value unused.",
    },
  },

  check: {
    renameObject(action, context) {
      const [what, severity] = named[action.objectKind] ?? [];
      if (
        !what ||
        !severity ||
        isFresh(action.object, action.objectKind, context) ||
        isTriggerFunction(action, context) ||
        keepsName(action.object, action.to, context)
      )
        return;
      const data = { what, object: nameOf(action.object), to: action.to };
      return report(action.objectKind === 'column' ? 'renamesColumn' : 'renames', data, severity, context);
    },
    setSchema(action, context) {
      const [what, severity] = named[action.objectKind] ?? [];
      if (
        !what ||
        !severity ||
        isFresh(action.object, action.objectKind, context) ||
        isTriggerFunction(action, context) ||
        keepsName(action.object, undefined, context)
      )
        return;
      // Which schemas the application looks into is not in the migrations.
      return report(
        'moves',
        { what, object: nameOf(action.object), to: action.to },
        severity === 'info' ? 'info' : 'warning',
        context,
      );
    },
    renameConstraint(action, context) {
      const table = context.before.table(action.table);
      // One that is not there cannot be renamed.
      const isMissing = table?.complete === true && !table.constraints.has(action.constraint);
      if (isMissing || context.before.isUnused(action.table) || takesOver(action, context)) return;
      const data = { constraint: action.constraint, table: nameOf(action.table), to: action.to };
      return report('renamesConstraint', data, 'info', context);
    },
    renameEnumValue(action, context) {
      const type = context.before.type(action.type);
      if (type?.kind === 'enum' && type.release === context.before.release) return;
      return report(
        'renamesValue',
        { value: action.value, object: nameOf(action.type), to: action.to },
        'error',
        context,
      );
    },
  },
});

function report<M extends string>(
  message: M,
  data: Readonly<Record<string, string>>,
  severity: Severity,
  context: RuleContext,
): Report<M> | undefined {
  return context.runsLater ? undefined : { at: leadingWords(context.statement), message, data, severity };
}

/** True for what this release has made. */
function isFresh(object: ObjectName, objectKind: ObjectKind, { before, earlier }: RuleContext): boolean {
  const relation = before.relation(object);
  if (relation?.kind === 'index') return true;
  if (relation) return relation.kind === 'table' ? before.isUnused(object) : relation.release === before.release;
  const type = objectKind === 'type' ? before.type(object) : undefined;
  if (type?.kind === 'enum') return type.release === before.release;
  return earlier.naming(object.name).some((each) => isSame(madeBy(each), object));
}

/** Triggers follow their function wherever it goes, and no query can call it. */
function isTriggerFunction({ object, objectKind }: RenameObject | SetSchema, { before }: RuleContext): boolean {
  const isRoutine = objectKind === 'function' || objectKind === 'routine';
  return isRoutine && isForTriggers(overloadsOf(before, object, undefined));
}

/** True where the file has made it or given its name to another, or where it takes the place of one that made way for it. */
function takesOver({ table, constraint, to }: RenameConstraint, { earlier, later }: RuleContext): boolean {
  const gives = (each: Action): boolean =>
    (each.kind === 'addConstraint' && each.constraint.name === constraint) ||
    (each.kind === 'renameConstraint' && each.to === constraint);
  const frees = (each: Action): boolean =>
    (each.kind === 'dropConstraint' || each.kind === 'renameConstraint') && each.constraint === to;
  return earlier.naming(table.name).some((each) => gives(each) || frees(each)) || later.naming(table.name).some(gives);
}

/** The name that an action gives to something new. */
function madeBy(action: Action): ObjectName | undefined {
  if (action.kind === 'createFunction') return action.function;
  if (action.kind === 'createEnum') return action.type;
  if (action.kind === 'createDomain') return action.domain;
  if (action.kind === 'createView') return action.view;
  if (action.kind === 'createSchema') return { schema: undefined, name: action.schema, span: undefined };
  if (action.kind === 'other' && action.statement === 'create composite type') return action.relations[0];
  return undefined;
}

/** True when the old name is there again behind it, or when this one takes the place of another that made way for it. */
function keepsName(object: ObjectName, to: string | undefined, { earlier, later }: RuleContext): boolean {
  const givenTo = (action: Action): string | undefined =>
    action.kind === 'renameObject' || action.kind === 'renameTable' ? action.to : madeBy(action)?.name;
  if (later.naming(object.name).some((each) => givenTo(each) === object.name)) return true;
  return (
    to !== undefined &&
    earlier
      .naming(to)
      .some(
        (each) =>
          (each.kind === 'renameObject' && each.object.name === to) ||
          (each.kind === 'dropObject' && each.object.name === to),
      )
  );
}
