import type { Table } from '../../schema/model.js';
import type { SchemaState } from '../../schema/state.js';
import type { ActionOf, AlterTableOther, DropObject, ObjectName, Other } from '../../sql/action.js';
import { objectSql, quoteIdentifier, quoteLiteral } from '../../sql/quote.js';
import { type Check, is, label } from './check.js';
import { gone } from './relation-checks.js';
import { regclass } from './server.js';

export function routine(kind: string, name: ObjectName, types: readonly string[], isThere: boolean): Check[] {
  const own = types.map((each) => each.replace(/^variadic /i, '')).join(', ');
  const about = `${kind} ${label(name)}(${own})`;
  const found = `to_regprocedure(${quoteLiteral(`${objectSql(name)}(${own})`)})`;
  return [is(about, `${found} IS ${isThere ? 'NOT ' : ''}NULL`, isThere ? about : `${about} is gone`)];
}

export function trigger(on: ObjectName, name: string, after: SchemaState): Check[] {
  const about = `trigger ${name} on ${label(on)}`;
  const isThere = after.dependent(`trigger ${name} on ${keyOfTable(on, after)}`) !== undefined;
  if (!isThere) return [];
  const where = `tgrelid = ${regclass(objectSql(on))} AND tgname = ${quoteLiteral(name)} AND tgenabled <> 'D'`;
  return [is(about, `EXISTS (SELECT FROM pg_trigger WHERE ${where})`, `${about}: fires`)];
}

function keyOfTable(on: ObjectName, state: SchemaState): string {
  return state.relation(on)?.key ?? '';
}

export function type(kind: 'type' | 'domain', name: ObjectName, isThere: boolean): Check[] {
  const about = `${kind} ${label(name)}`;
  const found = `to_regtype(${quoteLiteral(objectSql(name))})`;
  return [is(about, `${found} IS ${isThere ? 'NOT ' : ''}NULL`, isThere ? about : `${about} is gone`)];
}

export function enumValue(of: ObjectName, value: string): Check[] {
  const about = `value ${value} of ${label(of)}`;
  const where = `enumtypid = to_regtype(${quoteLiteral(objectSql(of))}) AND enumlabel = ${quoteLiteral(value)}`;
  return [is(about, `EXISTS (SELECT FROM pg_enum WHERE ${where})`)];
}

export function partition(
  { table, partition: part }: ActionOf<'attachPartition' | 'detachPartition'>,
  after: SchemaState,
): Check[] {
  const child: Table | undefined = after.table(part);
  const isAttached = child?.partitionOf !== undefined;
  const about = `partition ${label(part)} of ${label(table)}`;
  const where = `inhrelid = ${regclass(objectSql(part))} AND inhparent = ${regclass(objectSql(table))}`;
  return [
    isAttached
      ? is(about, `EXISTS (SELECT FROM pg_inherits WHERE ${where})`, `${about}: attached`)
      : is(about, `NOT EXISTS (SELECT FROM pg_inherits WHERE ${where})`, `${about}: detached`),
  ];
}

/** What single sub-commands leave in pg_class; `%` is the name that the sub-command has. */
const flags: Readonly<Partial<Record<AlterTableOther['subcommand'], readonly [words: string, condition: string]>>> = {
  enableRowSecurity: ['row level security is on', 'relrowsecurity'],
  disableRowSecurity: ['row level security is off', 'NOT relrowsecurity'],
  forceRowSecurity: ['row level security holds for the owner', 'relforcerowsecurity'],
  noForceRowSecurity: ['row level security does not hold for the owner', 'NOT relforcerowsecurity'],
  setLogged: ['logged', "relpersistence = 'p'"],
  setUnlogged: ['unlogged', "relpersistence = 'u'"],
};

export function other(action: AlterTableOther): Check[] {
  const { table, subcommand, name, owner } = action;
  const of = `oid = ${regclass(objectSql(table))}`;
  const flag = flags[subcommand];
  if (flag) {
    const [words, condition] = flag;
    const about = `table ${label(table)}, ${words.replace(/ (?:is )?(?:on|off)$/, '')}`;
    return [is(about, `EXISTS (SELECT FROM pg_class WHERE ${of} AND ${condition})`, `table ${label(table)}: ${words}`)];
  }
  if (subcommand === 'ownerTo' && owner !== undefined && action.objectKind === 'table')
    return [
      is(
        `owner of ${label(table)}`,
        `EXISTS (SELECT FROM pg_class WHERE ${of} AND pg_get_userbyid(relowner) = ${quoteLiteral(owner)})`,
        `owner of ${label(table)}: ${owner}`,
      ),
    ];
  if ((subcommand === 'enableTrigger' || subcommand === 'disableTrigger') && name !== undefined) {
    const about = `trigger ${name} on ${label(table)}`;
    const on = subcommand === 'enableTrigger';
    const where = `tgrelid = ${regclass(objectSql(table))} AND tgname = ${quoteLiteral(name)} AND tgenabled ${on ? '<>' : '='} 'D'`;
    return [is(about, `EXISTS (SELECT FROM pg_trigger WHERE ${where})`, `${about}: ${on ? 'fires' : 'does not fire'}`)];
  }
  return [];
}

export function droppedObject(action: DropObject, after: SchemaState): Check[] {
  const { objectKind: kind, object, table } = action;
  switch (kind) {
    case 'view':
    case 'materialized view':
    case 'sequence':
      return gone(kind, object, after);
    case 'function':
    case 'procedure':
      return action.arguments === undefined || after.function(object)
        ? []
        : routine(kind, object, action.arguments, false);
    case 'type':
    case 'domain':
      return after.type(object) ? [] : type(kind, object, false);
    case 'trigger':
    case 'policy':
    case 'rule': {
      if (!table || after.dependent(`${kind} ${object.name} on ${keyOfTable(table, after)}`)) return [];
      const about = `${kind} ${object.name} on ${label(table)}`;
      return [is(about, `NOT ${partOfTable(kind, object.name, table)}`, `${about} is gone`)];
    }
    case 'schema':
      return [
        is(
          `schema ${object.name}`,
          `to_regnamespace(${quoteLiteral(quoteIdentifier(object.name))}) IS NULL`,
          `schema ${object.name} is gone`,
        ),
      ];
    case 'extension':
      return [
        is(
          `extension ${object.name}`,
          `NOT EXISTS (SELECT FROM pg_extension WHERE extname = ${quoteLiteral(object.name)})`,
          `extension ${object.name} is gone`,
        ),
      ];
    default:
      return [];
  }
}

function partOfTable(kind: 'trigger' | 'policy' | 'rule', name: string, table: ObjectName): string {
  const [catalog, on, called] = {
    trigger: ['pg_trigger', 'tgrelid', 'tgname'],
    policy: ['pg_policy', 'polrelid', 'polname'],
    rule: ['pg_rewrite', 'ev_class', 'rulename'],
  }[kind];
  return `EXISTS (SELECT FROM ${catalog} WHERE ${on} = ${regclass(objectSql(table))} AND ${called} = ${quoteLiteral(name)})`;
}

export function ofOther({ statement, relations, name }: Other): Check[] {
  const [table] = relations;
  if (!name) return [];
  switch (statement) {
    case 'create policy':
    case 'create rule': {
      if (!table) return [];
      const kind = statement === 'create policy' ? 'policy' : 'rule';
      return [is(`${kind} ${name.name} on ${label(table)}`, partOfTable(kind, name.name, table))];
    }
    case 'create publication':
      return [
        is(
          `publication ${name.name}`,
          `EXISTS (SELECT FROM pg_publication WHERE pubname = ${quoteLiteral(name.name)})`,
        ),
      ];
    case 'create statistics':
      return [
        is(
          `statistics ${label(name)}`,
          `EXISTS (SELECT FROM pg_statistic_ext WHERE stxname = ${quoteLiteral(name.name)})`,
        ),
      ];
    case 'create composite type':
      return type('type', name, true);
    default:
      return [];
  }
}
