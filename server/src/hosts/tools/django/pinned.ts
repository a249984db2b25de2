import { chooseName } from '../../../sql/quote.js';
import { ifKnown } from './models.js';
import { foreignKeyName } from './schema.js';
import { type DjangoState, type Field, isKnown, type Model, type ModelKey, targetOf } from './state.js';

/**
 * The models before the table or a column of one gets another name: its constraints, and those of what refers to it,
 * keep the names that they have.
 */
export function pinned(state: DjangoState, key: ModelKey): DjangoState {
  const result = new Map<ModelKey, Model>();
  for (const [own, model] of state) {
    const isIt = own === key;
    const fields = model.fields.map((field) => {
      if (!isKnown(field) || (!isIt && field.reference?.to !== key)) return field;
      return withNames(state, model, field);
    });
    result.set(own, fields.every((field, index) => field === model.fields[index]) ? model : { ...model, fields });
  }
  return result;
}

function withNames(state: DjangoState, { table }: Model, field: Field): Field {
  const { column, reference } = field;
  if (column === undefined) return field;
  const target = reference?.hasConstraint ? ifKnown(() => targetOf(state, reference)) : undefined;
  return {
    ...field,
    uniqueConstraint: field.uniqueConstraint ?? (field.unique ? chooseName([table, column], 'key') : undefined),
    checkConstraint:
      field.checkConstraint ?? (field.check === undefined ? undefined : chooseName([table, column], 'check')),
    keyConstraint: field.keyConstraint ?? (target && foreignKeyName(table, column, target)),
  };
}

/** The name of a reference's constraint behind a change: Django makes it anew unless nothing of the column changes. */
export function keptKey(from: Field, to: Field): string | undefined {
  const kept =
    from.column === to.column &&
    from.null === to.null &&
    from.unique === to.unique &&
    from.isIndexed === to.isIndexed &&
    from.dbDefault === to.dbDefault &&
    from.reference?.to === to.reference?.to &&
    from.reference?.hasConstraint === to.reference?.hasConstraint;
  return kept ? from.keyConstraint : undefined;
}

/** A state in which the constraints of what refers to a model have been made anew. */
export function withNewKeys(state: DjangoState, key: ModelKey): DjangoState {
  const result = new Map<ModelKey, Model>();
  for (const [own, model] of state) {
    const fields = model.fields.map((field) =>
      isKnown(field) && field.reference?.to === key && !field.reference.isHidden
        ? { ...field, keyConstraint: undefined }
        : field,
    );
    result.set(own, { ...model, fields });
  }
  return result;
}
