import { quoteIdentifier } from '../../../sql/quote.js';
import { type Arguments, notKnown } from '../python-arguments.js';
import { indexName } from './digest.js';
import { readConstraint, readIndex } from './indexes.js';
import { ifKnown } from './models.js';
import { nothing, type Operation, type OperationContext, sent } from './operation.js';
import { nothingSent, type Sent, togetherColumns } from './schema.js';
import { type DjangoState, keyOf, type Model, needModel, withModel } from './state.js';

const q = quoteIdentifier;

/** Indexes and constraints. */
export function partOperation(name: string, args: Arguments, context: OperationContext): Operation | undefined {
  const { app, state } = context;
  if (
    !/^(?:(?:Add|Remove|Rename)Index|(?:Add|Remove)IndexConcurrently|(?:Add|Remove|Alter|Validate)Constraint|AddConstraintNotValid)$/.test(
      name,
    )
  )
    return undefined;
  const modelName = args.text(0, 'model_name');
  const model = state.get(keyOf(app, modelName));
  const need = (): Model => needModel(state, app, modelName);
  const put = (changed: Partial<Model>): DjangoState => (model ? withModel(state, { ...model, ...changed }) : state);
  const run =
    (statement: (model: Model) => string): (() => Sent) =>
    () => {
      const known = need();
      return known.isManaged && !known.isProxy ? sent(statement(known)) : nothingSent;
    };
  const isConcurrent = name.endsWith('Concurrently');
  const concurrently = isConcurrent ? 'CONCURRENTLY ' : '';
  const make = (sql: string): string => sql.replace(/^CREATE (UNIQUE )?INDEX /, `$&${concurrently}`);
  if (name === 'AddIndex' || name === 'AddIndexConcurrently') {
    const value = args.at(1, 'index') ?? notKnown('its index is missing');
    const index = model && ifKnown(() => readIndex(value, model, context));
    const read = (known: Model): { readonly name: string; readonly sql: string | undefined } =>
      readIndex(value, known, context);
    return {
      after: put({ indexes: [...(model?.indexes ?? []), ...(index ? [index] : [])] }),
      forwards: run((known) => make(read(known).sql ?? '')),
      backwards: run((known) => `DROP INDEX ${concurrently}IF EXISTS ${q(read(known).name)}`),
    };
  }
  if (name === 'RemoveIndex' || name === 'RemoveIndexConcurrently') {
    const index = args.text(1, 'name');
    const found = model?.indexes.find((each) => each.name === index);
    return {
      after: put({ indexes: model?.indexes.filter((each) => each.name !== index) ?? [] }),
      forwards: () => sent(`DROP INDEX ${concurrently}IF EXISTS ${q(index)}`),
      backwards: run(() => make(found?.sql ?? notKnown(`the index ${index} stands in an earlier migration`))),
    };
  }
  if (name === 'RenameIndex') return renameIndex(args, model, put);
  if (name === 'ValidateConstraint') {
    const constraint = args.text(1, 'name');
    return {
      after: state,
      forwards: run(({ table }) => `ALTER TABLE ${q(table)} VALIDATE CONSTRAINT ${q(constraint)}`),
      backwards: nothing,
    };
  }
  if (name === 'RemoveConstraint') {
    const constraint = args.text(1, 'name');
    const found = model?.constraints.find((each) => each.name === constraint);
    const sql = found?.sql;
    return {
      after: put({ constraints: model?.constraints.filter((each) => each.name !== constraint) ?? [] }),
      forwards: run(({ table }) =>
        dropConstraint(
          table,
          constraint,
          found?.isIndex ?? notKnown(`the constraint ${constraint} stands in an earlier migration`),
        ),
      ),
      backwards: run(({ table }) =>
        addConstraint(table, sql ?? notKnown(`the constraint ${constraint} stands in an earlier migration`), ''),
      ),
    };
  }
  if (name === 'AlterConstraint') return { after: state, forwards: nothing, backwards: nothing };
  const value = args.at(1, 'constraint') ?? notKnown('its constraint is missing');
  const constraint = model && ifKnown(() => readConstraint(value, model, context));
  const tail = name === 'AddConstraintNotValid' ? ' NOT VALID' : '';
  return {
    after: put({ constraints: [...(model?.constraints ?? []), ...(constraint ? [constraint] : [])] }),
    forwards: run((known) => addConstraint(known.table, readConstraint(value, known, context).sql, tail)),
    backwards: run((known) => {
      const read = readConstraint(value, known, context);
      return dropConstraint(known.table, read.name, read.isIndex);
    }),
  };
}

function addConstraint(table: string, sql: string, tail: string): string {
  return sql.startsWith('CREATE ') ? sql : `ALTER TABLE ${q(table)} ADD ${sql}${tail}`;
}

function dropConstraint(table: string, name: string, isIndex: boolean): string {
  return isIndex ? `DROP INDEX IF EXISTS ${q(name)}` : `ALTER TABLE ${q(table)} DROP CONSTRAINT ${q(name)}`;
}

function renameIndex(
  args: Arguments,
  model: Model | undefined,
  put: (changed: Partial<Model>) => DjangoState,
): Operation {
  const name = args.optionText('new_name') ?? args.text(1, 'new_name');
  const old = args.optionText('old_name');
  if (old === undefined) {
    const fields = args.names(args.option('old_fields'));
    const from = (): string => {
      const known = model ?? notKnown('the model stands in an earlier migration');
      return indexName(known.table, togetherColumns(known, fields), '_idx');
    };
    return {
      after: put({ indexTogether: model?.indexTogether.filter((each) => each.join() !== fields.join()) ?? [] }),
      forwards: () => sent(`ALTER INDEX ${q(from())} RENAME TO ${q(name)}`),
      backwards: nothing,
    };
  }
  const renameTo = (sql: string | undefined): string | undefined =>
    sql?.replace(`INDEX ${q(old)} `, `INDEX ${q(name)} `);
  return {
    after: put({
      indexes: model?.indexes.map((each) => (each.name === old ? { name, sql: renameTo(each.sql) } : each)) ?? [],
    }),
    forwards: () => sent(`ALTER INDEX ${q(old)} RENAME TO ${q(name)}`),
    backwards: () => sent(`ALTER INDEX ${q(name)} RENAME TO ${q(old)}`),
  };
}
