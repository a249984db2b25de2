import type { Span } from '../../../sql/span.js';
import { notKnown } from '../not-known.js';
import { cutName } from './digest.js';

/** What Django refers to a model by: "app.model", in small letters. */
export type ModelKey = string;

/** A field that refers to another model. */
export interface Reference {
  readonly to: ModelKey;
  /** The field that is referred to; undefined: the primary key. */
  readonly toField: string | undefined;
  readonly hasConstraint: boolean;
  /** True where the other model does not know of it: `related_name="+"`. */
  readonly isHidden?: boolean;
}

/** A field of many to many. */
export interface Many {
  readonly to: ModelKey;
  /** A model of the project stands between: Django makes no table. */
  readonly hasThrough: boolean;
  readonly table: string | undefined;
  readonly hasConstraint: boolean;
}

export interface Field {
  readonly name: string;
  /** Where CreateModel says it. */
  readonly place?: Span | undefined;
  /** Undefined for one without a column. */
  readonly column: string | undefined;
  /** The type; undefined for a reference, whose type is that of what it refers to. */
  readonly type: string | undefined;
  /** Fields of one family take each other's values without a cast. */
  readonly family: string;
  readonly isIdentity: boolean;
  readonly null: boolean;
  readonly unique: boolean;
  /** The name that Django gave its constraint; undefined: PostgreSQL chose it. */
  readonly uniqueConstraint?: string | undefined;
  readonly isPrimary: boolean;
  readonly isIndexed: boolean;
  /** The condition of a positive number, without the name of its constraint. */
  readonly check: string | undefined;
  /** The name that Django gave that constraint; undefined: PostgreSQL chose it. */
  readonly checkConstraint?: string | undefined;
  readonly collation: string | undefined;
  readonly comment: string | undefined;
  /** The default in the database. */
  readonly dbDefault: string | undefined;
  /** The value that rows get that are there already. */
  readonly value: string | undefined;
  readonly hasDefault: boolean;
  readonly generated: string | undefined;
  readonly reference: Reference | undefined;
  readonly many: Many | undefined;
}

export interface IndexState {
  readonly name: string;
  /** How it is made; undefined where that is not known. */
  readonly sql: string | undefined;
}

export interface ConstraintState extends IndexState {
  /** True for one that is a unique index. */
  readonly isIndex: boolean;
}

/** Stands for a type that only the project's code knows. */
export const typeHole = '${type}';

/** A model as the migrations so far have made it. */
export interface Model {
  readonly app: string;
  readonly name: string;
  readonly table: string;
  readonly fields: readonly (Field | UnknownField)[];
  /** False where Django makes no table for it. */
  readonly isManaged: boolean;
  readonly isProxy: boolean;
  readonly uniqueTogether: readonly (readonly string[])[];
  readonly indexTogether: readonly (readonly string[])[];
  readonly indexes: readonly IndexState[];
  readonly constraints: readonly ConstraintState[];
  readonly comment: string | undefined;
}

/** A field that could not be read. */
export interface UnknownField {
  readonly name: string;
  readonly problem: string;
}

export function isKnown(field: Field | UnknownField): field is Field {
  return !('problem' in field);
}

/** The models of a project, as far as migrations were read. */
export type DjangoState = ReadonlyMap<ModelKey, Model>;

export const emptyState: DjangoState = new Map();

export function keyOf(app: string, name: string): ModelKey {
  return `${app}.${name}`.toLowerCase();
}

/** Models that Django brings along: their tables and the types of their keys. */
const ownModels: Readonly<Record<ModelKey, readonly [table: string, type: string]>> = {
  'auth.user': ['auth_user', 'integer'],
  'auth.group': ['auth_group', 'integer'],
  'auth.permission': ['auth_permission', 'integer'],
  'contenttypes.contenttype': ['django_content_type', 'integer'],
  'sites.site': ['django_site', 'integer'],
};

/** Stands for settings.AUTH_USER_MODEL. */
export const userSetting: ModelKey = 'settings.auth_user_model';

/** The model that the users of the project are: the only one with a password and a last login. */
function userModel(state: DjangoState): ModelKey {
  const users = [...state].filter(([, { fields }]) =>
    ['password', 'last_login'].every((name) => fields.some((field) => field.name === name)),
  );
  const [only] = users;
  return only && users.length === 1 ? only[0] : notKnown('which model the users are is a setting of the project');
}

export function modelOf(state: DjangoState, key: ModelKey): Model | undefined {
  return state.get(key === userSetting ? userModel(state) : key);
}

/** A model that has to be there. */
export function needModel(state: DjangoState, app: string, name: string): Model {
  return state.get(keyOf(app, name)) ?? notKnown(`the model ${name} stands in an earlier migration`);
}

export function fieldOf(model: Model, name: string): Field {
  const field = model.fields.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (!field) return notKnown(`the field ${name} stands in an earlier migration`);
  return isKnown(field) ? field : notKnown(field.problem);
}

/** A column that has to be there. */
export function columnOf(model: Model, name: string): string {
  if (name === 'pk') return primaryOf(model).column ?? 'id';
  const direct = model.fields.find((each) => each.name === name);
  // The column of a reference may be named as well as its field.
  const byColumn = direct ?? model.fields.find((each) => isKnown(each) && each.column === name);
  if (!byColumn) return notKnown(`the field ${name} stands in an earlier migration`);
  if (!isKnown(byColumn)) return notKnown(byColumn.problem);
  return byColumn.column ?? notKnown(`the field ${name} has no column`);
}

export function primaryOf(model: Model): Field {
  const field = model.fields.find((each) => isKnown(each) && each.isPrimary);
  return field && isKnown(field) ? field : notKnown(`the primary key of ${model.name} is not known here`);
}

export interface Target {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly family: string;
}

/** What a reference leads to. */
export function targetOf(state: DjangoState, { to, toField }: Reference, depth = 0): Target {
  const key = to === userSetting ? userModel(state) : to;
  const model = state.get(key);
  if (!model) {
    const own = ownModels[key];
    if (own && toField === undefined) return { table: own[0], column: 'id', type: own[1], family: 'integer' };
    return notKnown(`the model ${to} stands in another migration`);
  }
  const field = toField === undefined ? primaryOf(model) : fieldOf(model, toField);
  const column = field.column ?? notKnown(`the field ${field.name} has no column`);
  if (field.reference && depth < 20) {
    const { type, family } = targetOf(state, field.reference, depth + 1);
    return { table: model.table, column, type, family };
  }
  return {
    table: model.table,
    column,
    type: field.type ?? notKnown('what it refers to is not known'),
    family: field.family,
  };
}

/** The type of a field's column. */
export function typeOf(state: DjangoState, field: Field): string {
  if (field.reference) return targetOf(state, field.reference).type;
  return field.type ?? notKnown(`the field ${field.name} has no column`);
}

/** The table that Django makes between two models. */
export function manyTable(model: Model, field: Field): string {
  return field.many?.table ?? cutName(`${model.table.replaceAll('"', '')}_${field.name}`);
}

export function withModel(state: DjangoState, model: Model): DjangoState {
  return new Map(state).set(keyOf(model.app, model.name), model);
}
