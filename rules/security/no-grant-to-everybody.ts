import type { Table } from '../../server/src/schema/model.js';
import { rightsOnTables, writingRights } from '../../server/src/schema/rights.js';
import { isForTriggers } from '../../server/src/schema/functions.js';
import type { ObjectName, RightsChange } from '../../server/src/sql/action.js';
import type { Span } from '../../server/src/sql/span.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { listed, nameOf } from '../engine/words.js';
import { mayAskWhoCalls } from '../questions/asks-who-calls.js';
import { exposedSchema, isAbout, peopleOf, rolesOfEverybody } from '../questions/everyone.js';
import { isMadeSafeBehind, isSecuredBehind } from '../questions/row-security.js';

/** Rights of PUBLIC are those of every role that can connect, of anon those of whoever has the address of the API. */
export default defineRule({
  meta: {
    id: 'no-grant-to-everybody',
    category: 'security',
    severity: 'warning',
    summary: 'Grant rights to the roles that need them, and not to everybody.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-grant.html'],
    messages: {
      writes:
        'From here on {people} may {rights} every row of {table}, which has no row level security.\nGrant it to the role of the application, or switch row level security on in front of it.',
      writesIn:
        'From here on {people} that may use the schema {schema} may {rights} every row of {table}, which has no row level security.\nGrant it to the role of the application, or switch row level security on in front of it.',
      mayWrite:
        'From here on {people} may {rights} rows of {table}; no migration shows whether row level security keeps any back.\nGrant it to the role of the application, or verify that row level security is on.',
      writesAll:
        'From here on {people} may {rights} every row of all tables of {schema} that have no row level security{such}.\nGrant it to the role of the application, table by table.',
      writesNew:
        'From here on {people} may {rights} every row of each new table of {schema}, until somebody switches row level security on for it.\nGrant it to the role of the application, or table by table.',
      executes:
        'From here on {people} run {function} with the rights of its owner (SECURITY DEFINER).\nGrant EXECUTE to the role that needs it, or see that the body asks who calls.',
    },
  },

  check: {
    other(action, context) {
      const { rights } = action;
      if (!rights?.gives || context.runsLater) return;
      const roles = rolesOfEverybody(rights.roles, context.supabase);
      if (roles.length === 0 || isTakenBack(rights, roles, action.relations, context)) return;
      const at = headOfGrant(context);
      if (rights.on === 'function') return executed(rights, context, { at, people: peopleOf(roles) });
      const writes = rightsOnTables(rights).filter((right) => writingRights.includes(right));
      if (rights.on !== 'table' || writes.length === 0) return;
      const rowWrites = writes.filter((right) => right !== 'truncate');
      const data = { people: peopleOf(roles), rights: listed(rowWrites.length > 0 ? rowWrites : writes) };
      if (rights.of === 'named')
        return named(action.relations, context).map((each) => ({
          ...each,
          at: each.at ?? at,
          data: { ...data, ...each.data },
        }));
      const schema = rights.schemas.length > 0 ? listed(rights.schemas) : 'any schema';
      const people = rights.schemas.join() === exposedSchema ? data.people : `${data.people} that may use ${schema}`;
      // Each table that comes without row level security is reported itself.
      const severity = context.supabase ? ('info' as const) : ('warning' as const);
      if (rights.of === 'new objects')
        return { at, message: 'writesNew' as const, data: { ...data, people, schema }, severity };
      const open = openTables(rights.schemas, context);
      // Where the history shows that all of them are safe, or that there is none, there is nothing to say.
      if (open.length === 0 && rights.schemas.every((each) => hasTables(each, context) || isMadeHere(each, context)))
        return;
      const such = open.length > 0 ? `, such as ${open[0]?.name}` : '';
      return { at, message: 'writesAll' as const, data: { ...data, people, schema, such } };
    },
  },
});

interface Said {
  readonly at: Span | undefined;
  readonly message: 'writes' | 'writesIn' | 'mayWrite';
  readonly data: { readonly table: string; readonly schema: string };
  readonly severity?: 'error';
}

/** Findings for the tables that are open, for those that are so to who may use their schema, and for those that nobody knows. */
function named(tables: readonly ObjectName[], context: RuleContext): Said[] {
  const { before, supabase } = context;
  return tables.flatMap((name): Said | readonly Said[] => {
    const relation = before.relation(name);
    // What a view lets through its own tables decide.
    if (relation && relation.kind !== 'table') return [];
    if (relation?.rowSecurity === true || relation?.temporary || isSecuredBehind(name, context)) return [];
    // That it comes without row level security was said where it is made.
    if (supabase && relation?.release === before.release) return [];
    const { schema } = before.named(name);
    const said = { at: name.span, data: { table: nameOf(name), schema } };
    if (relation?.rowSecurity !== false) return { message: 'mayWrite', ...said };
    return schema === exposedSchema
      ? { message: 'writes', ...said, severity: 'error' }
      : { message: 'writesIn', ...said };
  });
}

function executed(rights: RightsChange, context: RuleContext, said: { at: Span; people: string }) {
  const { before, supabase, reportedBefore } = context;
  const definers = rights.functions.filter((name) => {
    const known = before.function(name);
    if (!known?.overloads.some(({ routine }) => routine.definer === true)) return false;
    return !isForTriggers(known.overloads) && !mayAskWhoCalls(known);
  });
  // Of an API they may be meant to be everybody's, and one of them speaks for all.
  if (definers.length === 0 || (supabase && reportedBefore)) return;
  return {
    at: said.at,
    message: 'executes' as const,
    data: { people: said.people, function: listed(definers.map(nameOf)) },
    ...(supabase ? { severity: 'info' as const } : {}),
  };
}

/** True where the rest of the file takes the same back from all of them. */
function isTakenBack(
  rights: RightsChange,
  roles: readonly string[],
  relations: readonly ObjectName[],
  { later }: RuleContext,
): boolean {
  const [relation] = relations;
  if (rights.of !== 'named' || !relation) return false;
  return later
    .actions('other')
    .some(
      (each) =>
        each.rights?.gives === false &&
        each.rights.rights.length === 0 &&
        roles.every((role) => each.rights?.roles.includes(role)) &&
        isAbout(each.rights, each, relation, relation.schema ?? exposedSchema),
    );
}

function tablesOf(schemas: readonly string[], { before }: RuleContext): Table[] {
  const found: Table[] = [];
  for (const each of before.relations()) if (each.kind === 'table' && schemas.includes(each.schema)) found.push(each);
  return found;
}

function hasTables(schema: string, context: RuleContext): boolean {
  return tablesOf([schema], context).length > 0;
}

function isMadeHere(schema: string, { before }: RuleContext): boolean {
  return before.made(`schema ${schema}`) !== undefined;
}

/** The tables of the schemas of which the history shows that row level security is off. */
function openTables(schemas: readonly string[], context: RuleContext): Table[] {
  return tablesOf(schemas, context).filter(
    ({ rowSecurity, schema, name, partitionOf }) =>
      rowSecurity !== true &&
      partitionOf === undefined &&
      !isMadeSafeBehind({ schema, name, span: undefined }, context.later),
  );
}

/** From the first word on as far as TO. */
function headOfGrant({ statement }: RuleContext): Span {
  const to = statement.tokens().findIndex(({ kind, text }) => kind === 'word' && /^to$/i.test(text));
  const before = statement.tokens()[to - 1];
  return { start: 0, end: before?.end ?? statement.text.length };
}
