import type { Table } from '../../server/src/schema/model.js';
import { dependentsOf } from '../../server/src/schema/note-dependents.js';
import { rightsOnNew } from '../../server/src/schema/rights.js';
import type { CreateView, ObjectName } from '../../server/src/sql/action.js';
import { isKeyword, withoutComments } from '../../server/src/sql/lexer.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';
import { defineRule, type Edit, type FileSide, type RuleContext } from '../engine/define-rule.js';
import { listed, nameOf } from '../engine/words.js';
import { inCaseOf } from '../fixes/edit.js';
import { accessBehind, exposedSchema, peopleOf } from '../questions/everyone.js';
import { isSame } from '../questions/in-file.js';

/** A view reads with the rights of its owner, whom policies do not bind; since 15 it may read with those of the caller (measured). */
export default defineRule({
  meta: {
    id: 'no-view-around-row-security',
    category: 'security',
    severity: 'warning',
    summary: 'Let views read tables with row level security as the caller.',
    recommended: true,
    fix: 'unsafe',
    since: '0.1.0',
    sources: [
      'https://www.postgresql.org/docs/current/sql-createview.html',
      'https://www.postgresql.org/docs/current/ddl-rowsecurity.html',
    ],
    messages: {
      passesBy:
        '{view} reads {tables} as the owner of the view, whom policies do not bind: {people} see all rows.\nLet it read as the caller: WITH (security_invoker = true).',
      loses:
        'Without WITH (security_invoker = true) CREATE OR REPLACE takes it away: {view} reads {tables} as its owner again, and {people} see all rows.\nState it here as well.',
      resets:
        'From here on {view} reads {tables} as the owner of the view, whom policies do not bind: {people} see all rows.\nKeep security_invoker on.',
      passesByBefore15:
        '{view} reads {tables} as the owner of the view, whom policies do not bind: {people} see all rows.\nState in its query which rows a caller sees; from PostgreSQL 15 on, WITH (security_invoker = true) does it.',
      copies:
        '{view} keeps a copy of the rows of {tables}, for which no policy is asked: {people} see all of them.\nRevoke SELECT on {view} from them, or put it into a schema that the API does not show.',
      foreign:
        '{view} shows rows of another server, and row level security cannot be switched on for it: {people} see all of them.\nRevoke the rights on {view} from them, or put it into a schema that the API does not show.',
    },
  },

  check: {
    createView(action, context) {
      const { before, later, statement, target, supabase, runsLater } = context;
      // What the author has written out is a decision.
      if (runsLater || action.temporary || action.securityInvoker !== undefined) return;
      const tables = guarded(action, context);
      const who = tables.length > 0 ? readersOf(action.view, context) : undefined;
      if (who === undefined || isSettledBehind(action.view, later)) return;
      const at = action.view.span ?? action.span;
      const data = { view: nameOf(action.view), tables: listed(tables), people: who };
      if (action.materialized) return supabase && { at, message: 'copies', data };
      if (target.postgres < 15 && !supabase) return { at, message: 'passesByBefore15', data };
      const edit = asCaller(statement);
      const fixes = edit && [{ title: 'Read as the caller', safety: 'unsafe' as const, edits: [edit] }];
      const replaced = action.replace ? before.view(action.view) : undefined;
      return {
        at,
        message: replaced?.securityInvoker ? 'loses' : 'passesBy',
        data,
        ...(fixes ? { fixes } : {}),
        // It has shown them since it was made.
        ...(replaced?.securityInvoker === false ? { severity: 'info' as const } : {}),
      };
    },
    alterTableOther(action, context) {
      const { before, later, runsLater } = context;
      const view = action.securityInvoker === false && !runsLater ? before.view(action.table) : undefined;
      if (!view?.securityInvoker || isSettledBehind(action.table, later)) return;
      const reads = view.reads.flatMap((key) => before.tableByKey(key) ?? []);
      const tables = reads.filter((table) => isGuarded(table, context)).map(({ name }) => name);
      const people = tables.length > 0 ? readersOf(action.table, context) : undefined;
      if (people === undefined) return;
      const data = { view: nameOf(action.table), tables: listed(tables), people };
      const isWrittenOut = action.subcommand === 'setStorageParameters';
      return { at: action.span, message: 'resets', data, ...(isWrittenOut ? { severity: 'info' as const } : {}) };
    },
    other(action, context) {
      const [table] = action.relations;
      if (action.statement !== 'create foreign table' || !table || context.runsLater || !context.supabase) return;
      const people = readersOf(table, context);
      if (people === undefined || isSettledBehind(table, context.later)) return;
      return { at: table.span ?? action.span, message: 'foreign', data: { view: nameOf(table), people } };
    },
  },
});

/** The tables with row level security that a view reads; on Supabase auth.users, which no migration makes, is one. */
function guarded({ reads }: CreateView, context: RuleContext): string[] {
  const { before, supabase } = context;
  return reads.flatMap((name) => {
    if (supabase && name.schema === 'auth' && name.name === 'users') return nameOf(name);
    const table = before.table(name);
    return table && isGuarded(table, context) ? nameOf(name) : [];
  });
}

/** True for a table that keeps rows back from somebody, and not from the owner of a view. */
function isGuarded(table: Table, { before, supabase }: RuleContext): boolean {
  if (!table.rowSecurity || (table.rowSecurityForced === true && !supabase)) return false;
  const policies = dependentsOf(before, table).flatMap(({ on, policy }) => (on === table.key && policy ? policy : []));
  const showsAll = policies.some(
    ({ command, roles, using, isRestrictive }) =>
      !isRestrictive &&
      using === 'true' &&
      (command === 'all' || command === 'select') &&
      (roles.includes('public') || (roles.includes('anon') && roles.includes('authenticated'))),
  );
  return !showsAll || policies.some(({ isRestrictive }) => isRestrictive);
}

/** Who reads the view that should not, as people call them; undefined where nobody does as far as the files show. */
function readersOf(view: ObjectName, { before, later, supabase }: RuleContext): string | undefined {
  if (!supabase) return 'roles that may read it';
  const schema = before.schemaFor(view);
  if (schema !== exposedSchema) return undefined;
  const isGiven = supabase.givesRights !== false;
  const { roles, rights } = accessBehind(view, schema, rightsOnNew(before, schema), later, isGiven);
  return rights.includes('select') ? peopleOf(roles) : undefined;
}

/** True where the rest of the file sets security_invoker, gives the view to another owner, or takes it away. */
function isSettledBehind(view: ObjectName, later: FileSide): boolean {
  return later.naming(view.name).some((each) => {
    if (each.kind === 'alterTableOther')
      return (each.securityInvoker === true || each.owner !== undefined) && isSame(each.table, view);
    if (each.kind === 'createView') return isSame(each.view, view);
    return (each.kind === 'dropObject' || each.kind === 'setSchema') && isSame(each.object, view);
  });
}

/** WITH (security_invoker = true) in front of AS, or in the list that is there. */
function asCaller(statement: ParsedStatement): Edit | undefined {
  const tokens = withoutComments(statement.tokens());
  let depth = 0;
  const as = tokens.findIndex((token) => {
    if (token.kind === 'open') depth++;
    else if (token.kind === 'close') depth--;
    return depth === 0 && isKeyword(token, 'AS');
  });
  const [word, last] = [tokens[as], tokens[as - 1]];
  if (!word || !last) return undefined;
  const option = 'security_invoker = true';
  const hasList = tokens.slice(0, as).some((token) => isKeyword(token, 'WITH'));
  if (hasList && last.kind === 'close') return { span: { start: last.start, end: last.start }, text: `, ${option}` };
  return { span: { start: word.start, end: word.start }, text: `${inCaseOf(statement, 'WITH')} (${option}) ` };
}
