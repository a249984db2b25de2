import type { ObjectKind } from '../../sql/kinds.js';
import type { Constraint, Dependent, Relation, Table, UserFunction, UserType } from '../model.js';

/** What is to be dropped, renamed or changed. */
export type Target =
  | { readonly kind: 'column'; readonly table: Table; readonly column: string }
  | { readonly kind: 'constraint'; readonly table: Table; readonly constraint: Constraint }
  | { readonly kind: 'relation'; readonly relation: Relation }
  /** Of one name: `arguments` as in CreateFunction where only one of several is meant. */
  | { readonly kind: 'function'; readonly function: UserFunction; readonly arguments?: readonly string[] | undefined }
  | { readonly kind: 'type'; readonly type: UserType }
  | { readonly kind: 'dependent'; readonly dependent: Dependent }
  | { readonly kind: 'extension'; readonly name: string }
  | { readonly kind: 'schema'; readonly name: string };

/**
 * What PostgreSQL does to a dependent when its target is dropped:
 * - refuses: refused (2BP01), and with CASCADE it goes
 * - requires: refused even with CASCADE, as the target is a part of it
 * - goes: goes without a word
 * - stays: it sees whole rows and does not name the column: nothing happens to it
 */
export type OnDrop = 'refuses' | 'requires' | 'goes' | 'stays';

/** One object that depends on a target, as plain data. */
export interface DependentObject {
  /** `setting`: what hangs on an object and is none: a comment, rights, CLUSTER ON, a replica identity. */
  readonly kind: ObjectKind | 'setting';
  /** The same for the same object: "column public.t.a". */
  readonly key: string;
  readonly schema: string | undefined;
  readonly name: string;
  /** Key of the relation that it is a part of: of an index, a trigger, a column, an owned sequence. */
  readonly on: string | undefined;
  /** False where the history leaves open whether it does: an unqualified name, one of several functions. */
  readonly certain: boolean;
  readonly onDrop: OnDrop;
  /** What a change of the column's type meets. follows: it is rebuilt or carried over. */
  readonly onTypeChange: 'refuses' | 'follows';
  /** The first major version in which it refuses a drop; before, it goes. */
  readonly refusesSince?: number;
}

type How = Pick<DependentObject, 'onDrop'> &
  Partial<Pick<DependentObject, 'certain' | 'onTypeChange' | 'refusesSince'>>;

/** An object that stands by itself in a schema. In: its key in the state. */
export function whole(
  kind: DependentObject['kind'],
  { key, schema, name }: { readonly key: string; readonly schema: string | undefined; readonly name: string },
  how: How,
  on?: string,
): DependentObject {
  const { onDrop } = how;
  const onTypeChange = onDrop === 'goes' || onDrop === 'stays' ? 'follows' : 'refuses';
  return { kind, key: `${family(kind)} ${key}`, schema, name, on, certain: true, onTypeChange, ...how };
}

/** A part of a relation: a column, a default, a constraint, a trigger. */
export function part(
  kind: DependentObject['kind'],
  name: string,
  of: Pick<Relation, 'key' | 'schema'>,
  how: How,
): DependentObject {
  return whole(kind, { key: `${of.key}.${name}`, schema: of.schema, name }, how, of.key);
}

/** Relations have one name space, so that one key means one object. */
function family(kind: DependentObject['kind']): string {
  return isRelationKind(kind) ? 'relation' : kind === 'domain' ? 'type' : kind === 'procedure' ? 'function' : kind;
}

export function isRelationKind(kind: DependentObject['kind']): boolean {
  return (
    kind === 'table' ||
    kind === 'foreign table' ||
    kind === 'index' ||
    kind === 'view' ||
    kind === 'materialized view' ||
    kind === 'sequence'
  );
}

export const relationKinds: Readonly<Record<Relation['kind'], ObjectKind>> = {
  table: 'table',
  foreignTable: 'foreign table',
  index: 'index',
  view: 'view',
  materializedView: 'materialized view',
  sequence: 'sequence',
};

const dependentKinds: Readonly<Record<Dependent['kind'], ObjectKind>> = {
  trigger: 'trigger',
  policy: 'policy',
  rule: 'rule',
  function: 'function',
  statistics: 'statistics',
  publication: 'publication',
  published: 'table of publication',
  aggregate: 'aggregate',
  'event trigger': 'event trigger',
};

/** A relation, with the table that an index belongs to. */
export function relationObject(relation: Relation, how: How, on?: string): DependentObject {
  return whole(
    relationKinds[relation.kind],
    relation,
    how,
    on ?? (relation.kind === 'index' ? relation.table : undefined),
  );
}

/** A trigger, policy, rule, function … of the state. */
export function recorded(each: Dependent, how: How): DependentObject {
  const { kind, key, name, on } = each;
  const [, schema] = /^\w+ (.+)\.[^.]+$/.exec(key) ?? [];
  const inSchema = kind === 'function' || kind === 'aggregate' || kind === 'statistics';
  const own = inSchema ? key.slice(kind.length + 1) : key;
  return whole(dependentKinds[kind], { key: own, schema: inSchema ? schema : undefined, name }, how, on);
}
