import { overloadsOf } from '../../server/src/schema/functions.js';
import type { CreateFunction, ObjectName } from '../../server/src/sql/action.js';
import { isKeyword, withoutComments } from '../../server/src/sql/lexer.js';
import type { Span } from '../../server/src/sql/span.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';
import { defineRule, type Fix, type RuleContext } from '../engine/define-rule.js';
import { listed, nameOf } from '../engine/words.js';
import { inCaseOf } from '../fixes/edit.js';
import { isSame } from '../questions/in-file.js';
import { namesAlongPath } from '../questions/names-in-body.js';

/**
 * A function that has the rights of its owner looks for names along the search_path of whoever calls it, temporary tables
 * first. What a caller can put in front of its tables and functions is measured in test/rules/security/measured.test.ts.
 */
export default defineRule({
  meta: {
    id: 'require-definer-search-path',
    category: 'security',
    severity: 'warning',
    summary: 'Set search_path for functions that are SECURITY DEFINER.',
    recommended: true,
    fix: 'unsafe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY'],
    messages: {
      tables:
        '{function} has the rights of its owner and looks for {tables} along the search_path of its caller: whoever connects to the database can put a temporary table in front.{everybody}\nAdd SET search_path = {value}.',
      names:
        '{function} has the rights of its owner and looks for what it names along the search_path of its caller: whoever connects to the database can put objects in front.{everybody}\nAdd SET search_path = {value}.',
      calls:
        '{function} has the rights of its owner and looks for functions and operators along the search_path of its caller: a role that may create functions can put its own in front of built-in ones.{everybody}\nAdd SET search_path = {value}.',
      loses:
        'Without SET search_path CREATE OR REPLACE takes away the one that {function} has, and the function looks for names along the search_path of its caller, with the rights of its owner.\nState it here as well: SET search_path = {value}.',
      temporary:
        'The search_path of {function} does not name pg_temp, so temporary tables come first: whoever connects to the database can put one in front of {tables}.\nName it last: SET search_path = {value}.',
      alters:
        'From here on {function} has the rights of its owner and looks for names along the search_path of its caller: whoever connects to the database can put objects in front.\nAdd SET search_path to the same statement, with the schemas that the function needs and pg_temp last.',
      resets:
        '{function} has the rights of its owner, and from here on looks for names along the search_path of its caller: whoever connects to the database can put objects in front.\nKeep a search_path, with the schemas that the function needs and pg_temp last.',
    },
  },

  check: {
    createFunction(action, context) {
      const { before, statement, supabase, runsLater } = context;
      if (runsLater || action.routine.definer !== true || bindsItsNames(action)) return;
      if (isSettledBehind(action.function, context)) return;
      const names = namesAlongPath(statement, before, supabase ? ['extensions'] : []);
      const at = wordsOfSecurity(statement) ?? action.span;
      const tables = listed(names?.relations ?? []);
      const data = { function: nameOf(action.function), tables };
      const { path } = action.routine;
      if (typeof path === 'object') {
        // Nobody makes temporary tables through an API.
        const isOpen = tables !== '' && !supabase && path.length > 0 && !path.includes('pg_temp');
        const value = [...path, 'pg_temp'].join(', ');
        return isOpen ? { at, message: 'temporary', data: { ...data, value }, severity: 'info' } : undefined;
      }
      const value = names?.path ?? 'pg_catalog, the schemas that it needs, pg_temp';
      const fixes = names?.path === undefined ? [] : [withPath(statement, at, names.path)];
      const had = overloadsOf(before, action.function, action.arguments).some(
        ({ routine }) => typeof routine.path === 'object',
      );
      if (action.replace && had) return { at, message: 'loses', data: { ...data, value }, fixes };
      const all = { ...data, value, everybody: isEverybodys(action, context) ? everybody : '' };
      if (names === undefined) return { at, message: 'names', data: all };
      if (tables !== '') return { at, message: 'tables', data: all, fixes };
      return { at, message: 'calls', data: all, fixes, severity: 'info' };
    },
    other(action, context) {
      const { name, routine } = action;
      if (!name || !routine || context.runsLater || typeof routine.path === 'object') return;
      const known = overloadsOf(context.before, name, undefined);
      const data = { function: nameOf(name) };
      const hasPath = known.some((each) => typeof each.routine.path === 'object');
      if (isSettledBehind(name, context)) return;
      if (routine.path === 'reset' && hasPath && known.some((each) => each.routine.definer))
        return { at: action.span, message: 'resets', data };
      const is = known.length > 0 && known.every((each) => each.routine.definer);
      if (routine.definer !== true || hasPath || is) return;
      return { at: action.span, message: 'alters', data };
    },
  },
});

const everybody = ' Everybody may run it (PUBLIC) until EXECUTE is revoked.';

/** Functions in C have no names to look for, and BEGIN ATOMIC looks for them once. */
function bindsItsNames({ language, body }: CreateFunction): boolean {
  return language === 'c' || language === 'internal' || (body !== undefined && !body.isString);
}

/** True where the rest of the file sets a path for the function, gives it the rights of its caller, or makes or drops it. */
function isSettledBehind(name: ObjectName, { later }: RuleContext): boolean {
  return later.naming(name.name).some((each) => {
    if (each.kind === 'createFunction') return isSame(each.function, name);
    if (each.kind === 'dropObject') return isSame(each.object, name);
    if (each.kind !== 'other' || !each.routine || !isSame(each.name, name)) return false;
    return typeof each.routine.path === 'object' || each.routine.definer === false;
  });
}

/** False for functions of triggers, which no query calls, and where the file takes EXECUTE from PUBLIC. */
function isEverybodys({ function: name, returns }: CreateFunction, { file, before }: RuleContext): boolean {
  if (returns === 'trigger' || returns === 'event_trigger' || before.function(name)) return false;
  return !file
    .actions('other')
    .some(
      ({ rights }) =>
        rights?.gives === false &&
        rights.on === 'function' &&
        rights.roles.includes('public') &&
        (rights.of !== 'named' || rights.functions.some((each) => isSame(each, name))),
    );
}

/** SECURITY DEFINER. */
function wordsOfSecurity(statement: ParsedStatement): Span | undefined {
  const tokens = withoutComments(statement.tokens());
  const at = tokens.findIndex(
    (token, index) => isKeyword(token, 'SECURITY') && isKeyword(tokens[index + 1], 'DEFINER'),
  );
  const [first, last] = [tokens[at], tokens[at + 1]];
  return first && last ? { start: first.start, end: last.end } : undefined;
}

function withPath(statement: ParsedStatement, at: Span, path: string): Fix {
  return {
    title: `Set search_path to ${path}`,
    safety: 'unsafe',
    edits: [{ span: { start: at.end, end: at.end }, text: `${inCaseOf(statement, ' SET search_path = ')}${path}` }],
  };
}
