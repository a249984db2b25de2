import type { Value } from '../support/value.js';
import { Unclear } from '../support/value.js';
import * as code from './code.js';
import { createIndex, dropIndex } from './indexes.js';
import * as objects from './objects.js';
import * as tables from './tables.js';
import type { Shorthands } from './words.js';

/** Makes the statements of a call; each without its semicolon. */
type Make = (args: readonly Value[], shorthands: Shorthands) => string[];

export interface Operation {
  readonly make: Make;
  /** What the tool makes of the call on the way back, where it can; "not possible" otherwise. */
  readonly reverse?: Make | undefined;
}

function swapped(make: Make, first: number, second: number): Make {
  return (args, shorthands) => {
    const turned = [...args];
    [turned[first], turned[second]] = [args[second], args[first]];
    return make(turned, shorthands);
  };
}

function both(make: Make, reverse: Make): Operation {
  return { make, reverse };
}

function renaming(kind: string): Operation {
  return both(objects.rename(kind), swapped(objects.rename(kind), 0, 1));
}

/** The name of the constraint is known only where it is given. */
const dropAdded: Make = (args) => {
  if (args[1] === null || args[1] === undefined || typeof args[2] === 'string') {
    throw new Unclear('node-pg-migrate cannot take back a constraint without a name or one in SQL');
  }
  return tables.dropConstraint(args);
};

const createType = both(objects.createType, objects.drop('TYPE'));
const addColumns = both(tables.addColumns, tables.dropColumns);
const dropColumns: Operation = { make: tables.dropColumns };
const addConstraint = both(tables.addConstraint, dropAdded);
const createExtension = both(objects.createExtension, (args) => objects.dropExtension(args).reverse());
const index = both(createIndex, dropIndex);

/** What `pgm` has, by name. Operators, casts and their families are not read. */
export const operations: Readonly<Record<string, Operation>> = {
  createTable: both(tables.createTable, tables.dropTable),
  dropTable: { make: tables.dropTable },
  renameTable: both(tables.renameTable, swapped(tables.renameTable, 0, 1)),
  alterTable: { make: tables.alterTable },
  addColumns,
  addColumn: addColumns,
  dropColumns,
  dropColumn: dropColumns,
  renameColumn: both(tables.renameColumn, swapped(tables.renameColumn, 1, 2)),
  alterColumn: { make: tables.alterColumn },
  addConstraint,
  createConstraint: addConstraint,
  dropConstraint: { make: tables.dropConstraint },
  renameConstraint: both(tables.renameConstraint, swapped(tables.renameConstraint, 1, 2)),
  createIndex: index,
  addIndex: index,
  dropIndex: { make: dropIndex },
  renameIndex: renaming('INDEX'),
  createType,
  addType: createType,
  dropType: { make: objects.drop('TYPE') },
  renameType: renaming('TYPE'),
  renameTypeAttribute: both(objects.renameTypeAttribute, swapped(objects.renameTypeAttribute, 1, 2)),
  renameTypeValue: both(objects.renameTypeValue, swapped(objects.renameTypeValue, 1, 2)),
  addTypeAttribute: both(objects.addTypeAttribute, ([name, attribute]) => objects.dropTypeAttribute([name, attribute])),
  dropTypeAttribute: { make: objects.dropTypeAttribute },
  setTypeAttribute: { make: objects.setTypeAttribute },
  addTypeValue: { make: objects.addTypeValue },
  createDomain: both(objects.createDomain, ([name, , options]) => objects.drop('DOMAIN')([name, options])),
  dropDomain: { make: objects.drop('DOMAIN') },
  alterDomain: { make: objects.alterDomain },
  renameDomain: renaming('DOMAIN'),
  createSequence: both(objects.createSequence, objects.drop('SEQUENCE')),
  dropSequence: { make: objects.drop('SEQUENCE') },
  alterSequence: { make: objects.alterSequence },
  renameSequence: renaming('SEQUENCE'),
  createSchema: both(objects.createSchema, objects.drop('SCHEMA')),
  dropSchema: { make: objects.drop('SCHEMA') },
  renameSchema: renaming('SCHEMA'),
  createExtension,
  addExtension: createExtension,
  dropExtension: { make: objects.dropExtension },
  createFunction: both(code.createFunction, code.dropFunction),
  dropFunction: { make: code.dropFunction },
  renameFunction: both(code.renameFunction, swapped(code.renameFunction, 0, 2)),
  createTrigger: both(code.createTrigger, code.dropMadeTrigger),
  dropTrigger: { make: code.dropTrigger },
  renameTrigger: both(code.renameTrigger, swapped(code.renameTrigger, 1, 2)),
  createView: both(code.createView, objects.drop('VIEW')),
  dropView: { make: objects.drop('VIEW') },
  alterViewColumn: { make: code.alterViewColumn },
  renameView: renaming('VIEW'),
  createMaterializedView: both(code.createMaterializedView, objects.drop('MATERIALIZED VIEW')),
  dropMaterializedView: { make: objects.drop('MATERIALIZED VIEW') },
  refreshMaterializedView: both(code.refreshMaterializedView, code.refreshMaterializedView),
  renameMaterializedView: renaming('MATERIALIZED VIEW'),
  createPolicy: both(code.createPolicy, code.dropPolicy),
  alterPolicy: { make: code.alterPolicy },
  dropPolicy: { make: code.dropPolicy },
  renamePolicy: both(code.renamePolicy, swapped(code.renamePolicy, 1, 2)),
  createRole: both(objects.createRole, objects.dropRole),
  dropRole: { make: objects.dropRole },
  alterRole: { make: objects.alterRole },
  renameRole: renaming('ROLE'),
  grantOnTables: both(objects.grantOnTables, objects.revokeOnTables),
  revokeOnTables: { make: objects.revokeOnTables },
  grantOnSchemas: both(objects.grantOnSchemas, objects.revokeOnSchemas),
  revokeOnSchemas: { make: objects.revokeOnSchemas },
  grantRoles: both(objects.grantRoles, objects.revokeRoles),
  revokeRoles: { make: objects.revokeRoles },
};
