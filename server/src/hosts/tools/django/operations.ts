import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import type { Call } from '../../code.js';
import type { Scope } from '../../values.js';
import { Arguments, calledName, notKnown } from '../python-arguments.js';
import { alterField } from './alter.js';
import { cutName, indexName } from './digest.js';
import { readField } from './fields.js';
import { ifKnown, readModel, together } from './models.js';
import { nothing, type Operation, type OperationContext, sent } from './operation.js';
import { partOperation } from './parts.js';
import {
  addField,
  addUnique,
  createModel,
  deleteModel,
  joinSent,
  nothingSent,
  removeField,
  renameTable,
  type Sent,
  togetherColumns,
  togetherIndex,
  uniqueName,
} from './schema.js';
import {
  type DjangoState,
  type Field,
  fieldOf,
  isKnown,
  keyOf,
  manyTable,
  type Model,
  needModel,
  type UnknownField,
  withModel,
} from './state.js';

const q = quoteIdentifier;

const extensions: Readonly<Record<string, string>> = {
  BloomExtension: 'bloom',
  BtreeGinExtension: 'btree_gin',
  BtreeGistExtension: 'btree_gist',
  CITextExtension: 'citext',
  CryptoExtension: 'pgcrypto',
  HStoreExtension: 'hstore',
  TrigramExtension: 'pg_trgm',
  UnaccentExtension: 'unaccent',
};

/** Reads an operation of tables; undefined for a name that is none. Throws NotKnown where not even the state is known. */
export function readOperation(
  call: Call,
  scope: Scope,
  source: string,
  app: string,
  state: DjangoState,
): Operation | undefined {
  const name = calledName(call) ?? '';
  const args = new Arguments(call, scope);
  const context: OperationContext = { scope, source, app, state };
  const extension = extensions[name] ?? (name === 'CreateExtension' ? args.text(0, 'name') : undefined);
  if (extension !== undefined)
    return {
      after: state,
      forwards: () => sent(`CREATE EXTENSION IF NOT EXISTS ${q(extension)}`),
      backwards: () => sent(`DROP EXTENSION IF EXISTS ${q(extension)}`),
    };
  return (
    modelOperation(name, args, context) ?? fieldOperation(name, args, context) ?? partOperation(name, args, context)
  );
}

function modelOperation(name: string, args: Arguments, context: OperationContext): Operation | undefined {
  const { app, state } = context;
  switch (name) {
    case 'CreateModel': {
      const model = readModel(args, app, context);
      const after = withModel(state, model);
      return { after, forwards: () => createModel(state, model), backwards: () => deleteModel(model) };
    }
    case 'DeleteModel': {
      const key = keyOf(app, args.text(0, 'name'));
      const after = new Map(state);
      after.delete(key);
      const model = (): Model => needModel(state, app, args.text(0, 'name'));
      return { after, forwards: () => deleteModel(model()), backwards: () => createModel(after, model()) };
    }
    case 'RenameModel':
      return renameModel(args.text(0, 'old_name'), args.text(1, 'new_name'), context);
    case 'AlterModelTable': {
      const model = ifKnown(() => needModel(state, app, args.text(0, 'name')));
      const given = args.textIfAny(args.at(1, 'table'));
      const table = given ?? cutName(`${app}_${args.text(0, 'name').toLowerCase()}`);
      const changed = model && { ...model, table };
      const rename = (one: Model | undefined, other: Model | undefined): Sent => {
        if (!one || !other) return notKnown('the model stands in an earlier migration');
        return one.isManaged && !one.isProxy ? renamed(one, other) : nothingSent;
      };
      return {
        after: changed ? withModel(state, changed) : state,
        forwards: () => rename(model, changed),
        backwards: () => rename(changed, model),
      };
    }
    case 'AlterModelTableComment': {
      const model = ifKnown(() => needModel(state, app, args.text(0, 'name')));
      const comment = args.textIfAny(args.at(1, 'table_comment'));
      const say = (text: string | undefined): Sent => {
        if (!model) return notKnown('the model stands in an earlier migration');
        return sent(`COMMENT ON TABLE ${q(model.table)} IS ${quoteLiteral(text ?? '')}`);
      };
      return {
        after: model ? withModel(state, { ...model, comment }) : state,
        forwards: () => say(comment),
        backwards: () => say(model?.comment),
      };
    }
    case 'AlterModelOptions':
    case 'AlterModelManagers':
      return { after: state, forwards: nothing, backwards: nothing };
    case 'AlterUniqueTogether':
    case 'AlterIndexTogether':
      return alterTogether(name === 'AlterUniqueTogether', args, context);
    default:
      return undefined;
  }
}

/** The table under another name, and the tables of many to many that bear it. */
function renamed(from: Model, to: Model): Sent {
  if (from.table === to.table) return nothingSent;
  const many = from.fields.flatMap((field) => {
    if (!isKnown(field)) return notKnown(field.problem);
    if (!field.many || field.many.hasThrough) return [];
    const [old, now] = [manyTable(from, field), manyTable(to, field)];
    return old === now ? [] : [renameTable(old, now)];
  });
  return sent(renameTable(from.table, to.table), ...many);
}

function renameModel(old: string, name: string, { app, state }: OperationContext): Operation {
  const before = state.get(keyOf(app, old));
  const [from, to] = [keyOf(app, old), keyOf(app, name)];
  const after = new Map<string, Model>();
  const moved = (field: Field | UnknownField): Field | UnknownField => {
    if (!isKnown(field)) return field;
    const reference = field.reference?.to === from ? { ...field.reference, to } : field.reference;
    const many = field.many?.to === from ? { ...field.many, to } : field.many;
    return { ...field, reference, many };
  };
  for (const [key, model] of state) {
    const fields = model.fields.map(moved);
    const isOwn = key === from;
    const conventional = model.table === cutName(`${app}_${old.toLowerCase()}`);
    const table = isOwn && conventional ? cutName(`${app}_${name.toLowerCase()}`) : model.table;
    after.set(isOwn ? to : key, { ...model, name: isOwn ? name : model.name, table, fields });
  }
  const run = (one: Model | undefined, other: Model | undefined, models: DjangoState, then: DjangoState): Sent => {
    if (!one || !other) return notKnown(`the model ${old} stands in an earlier migration`);
    if (one.table === other.table || !one.isManaged || one.isProxy) return nothingSent;
    const key = keyOf(one.app, one.name);
    const hasMany = one.fields.some((field) => !isKnown(field) || field.many);
    const isLinked = [...models.values()].some(({ fields }) =>
      fields.some((field) => isKnown(field) && field.many?.to === key),
    );
    if (hasMany || isLinked) return notKnown('the tables between the model and others are renamed with it');
    return joinSent([sent(renameTable(one.table, other.table)), ...remade(key, models, then)]);
  };
  const changed = after.get(to);
  return {
    after,
    forwards: () => run(before, changed, state, after),
    backwards: () => run(changed, before, after, state),
  };
}

/** The foreign keys to a model that is renamed: Django makes them anew, those that the model knows of. */
function remade(key: string, before: DjangoState, after: DjangoState): readonly Sent[] {
  const models = [...after.values()];
  return [...before.values()].flatMap((model, index) =>
    model.fields.flatMap((field, at) => {
      const now = models[index];
      const to = now?.fields[at];
      if (!now || !to || !isKnown(field) || !isKnown(to) || field.reference?.to !== key || field.reference.isHidden)
        return [];
      return [alterField(before, after, now, field, to)];
    }),
  );
}

function alterTogether(isUnique: boolean, args: Arguments, context: OperationContext): Operation {
  const { app, state } = context;
  const name = args.text(0, 'name');
  const model = ifKnown(() => needModel(state, app, name));
  const wanted = together(args.at(1, isUnique ? 'unique_together' : 'index_together'), context);
  const had = (isUnique ? model?.uniqueTogether : model?.indexTogether) ?? [];
  const change = (from: typeof wanted, to: typeof wanted): Sent => {
    const known = model ?? needModel(state, app, name);
    if (!known.isManaged || known.isProxy) return nothingSent;
    const isIn = (list: typeof wanted, item: readonly string[]): boolean =>
      list.some((each) => each.join() === item.join());
    const gone = from.filter((each) => !isIn(to, each));
    const added = to.filter((each) => !isIn(from, each));
    const columns = (names: readonly string[]): readonly string[] => togetherColumns(known, names);
    return sent(
      ...gone.map((each) =>
        isUnique
          ? `ALTER TABLE ${q(known.table)} DROP CONSTRAINT ${q(uniqueName(known.table, columns(each)))}`
          : `DROP INDEX IF EXISTS ${q(indexName(known.table, columns(each), '_idx'))}`,
      ),
      ...added.map((each) => (isUnique ? addUnique(known.table, columns(each)) : togetherIndex(known, each))),
    );
  };
  const changed = model && (isUnique ? { ...model, uniqueTogether: wanted } : { ...model, indexTogether: wanted });
  return {
    after: changed ? withModel(state, changed) : state,
    forwards: () => change(had, wanted),
    backwards: () => change(wanted, had),
  };
}

function withFields(state: DjangoState, model: Model | undefined, fields: Model['fields']): DjangoState {
  return model ? withModel(state, { ...model, fields }) : state;
}

function fieldOperation(name: string, args: Arguments, { app, state, scope }: OperationContext): Operation | undefined {
  if (!/^(?:Add|Remove|Alter|Rename)Field$/.test(name)) return undefined;
  const modelName = args.text(0, 'model_name');
  const model = state.get(keyOf(app, modelName));
  const need = (): Model => needModel(state, app, modelName);
  const known = (field: Field | UnknownField): Field => (isKnown(field) ? field : notKnown(field.problem));
  const fields = model?.fields ?? [];
  if (name === 'RenameField') {
    const [old, now] = [args.text(1, 'old_name'), args.text(2, 'new_name')];
    const from = (): Field => fieldOf(need(), old);
    const to = (): Field => renamedField(from(), now);
    const after = withFields(
      state,
      model,
      fields.map((each) =>
        each.name !== old ? each : isKnown(each) ? renamedField(each, now) : { ...each, name: now },
      ),
    );
    return {
      after,
      forwards: () => alterField(state, after, need(), from(), to()),
      backwards: () => alterField(after, state, need(), to(), from()),
    };
  }
  const fieldName = args.text(1, 'name');
  const old = (): Field => fieldOf(need(), fieldName);
  if (name === 'RemoveField') {
    const after = withFields(
      state,
      model,
      fields.filter((each) => each.name !== fieldName),
    );
    return {
      after,
      forwards: () => removeField(state, need(), old()),
      backwards: () => addField(state, need(), old()),
    };
  }
  const value = args.at(2, 'field') ?? notKnown('its field is missing');
  const field = readField(fieldName, value, scope, app, modelName);
  const others = fields.filter((each) => each.name !== fieldName);
  if (name === 'AddField') {
    const after = withFields(state, model, [...others, lasting(field, args)]);
    return {
      after,
      forwards: () => addField(after, need(), known(field)),
      backwards: () => removeField(after, need(), known(field)),
    };
  }
  const after = withFields(
    state,
    model,
    fields.map((each) => (each.name === fieldName ? carried(each, lasting(field, args), model) : each)),
  );
  return {
    after,
    forwards: () => alterField(state, after, need(), old(), known(field)),
    backwards: () =>
      alterField(
        after,
        state,
        needModel(after, app, modelName),
        fieldOf(needModel(after, app, modelName), fieldName),
        old(),
      ),
  };
}

/** A field behind AlterField: its constraints keep the names that they have. */
function carried(from: Field | UnknownField, to: Field | UnknownField, model: Model | undefined): Field | UnknownField {
  if (!isKnown(from) || !isKnown(to) || !model || to.column === undefined) return to;
  const { table } = model;
  return {
    ...to,
    uniqueConstraint: from.unique ? from.uniqueConstraint : uniqueName(table, [to.column]),
    checkConstraint: from.check === to.check ? from.checkConstraint : indexName(table, [to.column], '_check'),
  };
}

/** `preserve_default=False`: the default is there for this migration alone. */
function lasting(field: Field | UnknownField, args: Arguments): Field | UnknownField {
  if (!isKnown(field) || args.flag('preserve_default') !== false) return field;
  return { ...field, value: undefined, hasDefault: false };
}

function renamedField(field: Field, name: string): Field {
  const column = field.column === field.name ? name : field.column === `${field.name}_id` ? `${name}_id` : field.column;
  const check = field.check?.replace(q(field.column ?? ''), q(column ?? ''));
  return { ...field, name, column, check };
}
