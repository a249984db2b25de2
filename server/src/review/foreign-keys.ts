import { nameOf } from '../../../rules/engine/words.js';
import { positionsOf } from '../analysis/positions.js';
import type { Constraint, Table } from '../schema/model.js';
import type { SchemaState } from '../schema/state.js';
import type { Action, ConstraintDefinition, ObjectName, ReferentialAction } from '../sql/action.js';
import { isOfRelease, type ReleaseBounds, type ReleaseFile } from './release.js';
import { restorePlaceholders } from '../sql/placeholders.js';

/** What foreign keys make of a statement. */
export interface ForeignKeyEffect {
  readonly file: string;
  /** One-based. */
  readonly line: number;
  readonly text: string;
}

/** What the foreign keys imply that a migration makes, or that point at the rows which it takes away. */
export function foreignKeyEffects({ analysis, name: file, bounds }: ReleaseFile): ForeignKeyEffect[] {
  const positions = positionsOf(analysis);
  const found = new Map<string, ForeignKeyEffect>();
  analysis.walk((step, before) => {
    if (step.origin === 'function') return;
    const line = positions.at(step.span.start).line + 1;
    for (const action of step.statement.actions)
      for (const text of effectsOf(action, before, bounds).map(restorePlaceholders))
        if (!found.has(text)) found.set(text, { file, line, text });
  });
  return [...found.values()];
}

function effectsOf(action: Action, before: SchemaState, bounds: ReleaseBounds): string[] {
  switch (action.kind) {
    case 'addConstraint':
      return newKey(action.table, action.constraint, before, bounds);
    case 'addColumn':
      return action.column.constraints.flatMap((each) => newKey(action.table, each, before, bounds));
    case 'createTable':
      return [...action.constraints, ...action.columns.flatMap(({ constraints }) => constraints)].flatMap((each) =>
        newKey(action.table, each, before, bounds),
      );
    case 'delete':
      return pointingAt(action.table, before, (child, { references }) =>
        rowsGone(child, references?.onDelete, nameOf(action.table)),
      );
    case 'truncate':
      return action.cascade
        ? pointingAt(action.table, before, (child) => `TRUNCATE … CASCADE empties ${child}, too`)
        : [];
    case 'dropTable':
      return action.cascade
        ? pointingAt(action.table, before, (child, { name }) => `the foreign key ${name} of ${child} goes as well`)
        : [];
    default:
      return [];
  }
}

/** A foreign key that is new, to a table that the release has not made. */
function newKey(
  table: ObjectName,
  { kind, references }: ConstraintDefinition,
  before: SchemaState,
  bounds: ReleaseBounds,
): string[] {
  if (kind !== 'foreignKey' || !references || isOfRelease(before.table(references.table), bounds)) return [];
  const [from, to] = [nameOf(table), nameOf(references.table)];
  const locks = `writes of ${to} wait as well while it is added`;
  return [`${from} now refers to ${to}: ${[locks, ...consequence(references.onDelete, from, to)].join('; ')}`];
}

function consequence(onDelete: ReferentialAction, from: string, to: string): string[] {
  if (onDelete === 'cascade') return [`DELETE from ${to} deletes the rows of ${from}, too`];
  if (onDelete === 'set null' || onDelete === 'set default') return [`DELETE from ${to} changes rows of ${from}`];
  return [`DELETE from ${to} fails while ${from} has such a row`];
}

function rowsGone(child: string, onDelete: ReferentialAction | undefined, parent: string): string | undefined {
  if (onDelete === 'cascade') return `DELETE from ${parent} deletes the rows of ${child} that refer to them, too`;
  if (onDelete === 'set null' || onDelete === 'set default')
    return `DELETE from ${parent} changes the rows of ${child} that refer to them`;
  return undefined;
}

/** Asks each foreign key of other tables that points at one. */
function pointingAt(
  name: ObjectName,
  before: SchemaState,
  ask: (child: string, key: Constraint) => string | undefined,
): string[] {
  const table = before.table(name);
  if (!table) return [];
  return [...table.referencedBy].flatMap((key) => {
    const child = before.tableByKey(key);
    return child && child.key !== table.key
      ? keysTo(table, child).flatMap((each) => ask(labelOf(child), each) ?? [])
      : [];
  });
}

function keysTo(table: Table, child: Table): Constraint[] {
  return [...child.constraints.values()].filter(({ references }) => references?.table === table.key);
}

function labelOf({ schema, name }: Table): string {
  return schema === 'public' ? name : `${schema}.${name}`;
}
