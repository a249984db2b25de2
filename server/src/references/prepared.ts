import { Owners } from './evidence.js';
import type { FileView } from './file-view.js';
import type { Model, ModelEnum } from './model.js';
import { guessedNames } from './models.js';
import type { Wanted } from './wanted.js';
import { camel, formsOf, partsOf, singular } from './words.js';

/** What is known of a name before files are searched for it. */
export interface Prepared {
  readonly wanted: Wanted;
  /** What code calls it, besides its name: the field that is mapped to a column, the class of a table. */
  readonly aliases: readonly string[];
  /** Who has it: the model of its table, the enum of its type. */
  readonly owners: Owners;
  /** In lower case; a file without any of them has no use of it. */
  readonly needles: readonly string[];
  /** The same: of these, too, a file has to have one. */
  readonly also: readonly string[];
}

export interface KnownModels {
  readonly models: readonly Model[];
  readonly enums: readonly ModelEnum[];
}

/** True when a model may stand for a table of a name. */
export function standsFor({ tables }: Pick<Model, 'tables'>, table: string): boolean {
  const wanted = table.toLowerCase();
  return tables.some((each) => {
    const own = each.toLowerCase();
    return own === wanted || own.endsWith(`.${wanted}`);
  });
}

/** Gathers what the code calls a name. In: the models of all files. */
export function prepare(wanted: Wanted, { models, enums }: KnownModels): Prepared {
  switch (wanted.kind) {
    case 'column': {
      const own = models.filter((each) => standsFor(each, wanted.table.name));
      const fields = own.flatMap((model) => model.fields.filter(({ column }) => column === wanted.column));
      const aliases = [...new Set([...formsOf(wanted.column), ...fields.map(({ name }) => name)])];
      const owners = new Owners(namesOf(own, wanted.table.name));
      // Models of other tables with a column of the name: alone it says as little as one that other tables have.
      const isShared = models.some(
        (model) => !own.includes(model) && model.fields.some(({ column }) => column === wanted.column),
      );
      const isCommon = wanted.isCommon || isShared;
      const also = isCommon ? [...owners.needles, wanted.table.name.toLowerCase()] : [];
      return { wanted: { ...wanted, isCommon }, aliases, owners, needles: lowered(aliases), also };
    }
    case 'table': {
      const own = models.filter((each) => standsFor(each, wanted.table.name));
      const aliases = [...new Set(own.flatMap(({ names }) => names))];
      const needles = lowered([wanted.table.name, ...aliases, ...aliases.map((name) => camel(partsOf(name)))]);
      return { wanted, aliases, owners: new Owners(namesOf(own, wanted.table.name)), needles, also: [] };
    }
    case 'function':
    case 'type': {
      const own = enums.filter(({ type }) => type === wanted.name);
      const aliases = own.flatMap(({ names }) => names);
      return {
        wanted,
        aliases,
        owners: new Owners([wanted.name]),
        needles: lowered([wanted.name, ...aliases]),
        also: [],
      };
    }
    case 'value': {
      const own = enums.filter(({ type }) => type === wanted.type);
      const values = own.flatMap((each) => each.values.filter(({ value }) => value === wanted.value));
      const aliases = [...new Set([wanted.value, ...values.map(({ name }) => name)])];
      const names = [wanted.type, ...own.flatMap((each) => each.names), ...wanted.columns.map(({ column }) => column)];
      const owners = new Owners(names);
      return { wanted, aliases, owners, needles: lowered(aliases), also: owners.needles };
    }
    case 'index': {
      const { name, table, leading } = wanted;
      const served = leading === undefined ? [] : [leading];
      const owners = new Owners([table.name]);
      return {
        wanted,
        aliases: [],
        owners,
        needles: lowered([...served, ...(name === undefined ? [] : [name])]),
        also: [],
      };
    }
  }
}

/** The names of the models; without one, what people would call it. */
function namesOf(models: readonly Model[], table: string): string[] {
  const names = models.flatMap((model) => model.names);
  const guessed = guessedNames(table);
  // "prefix_order" of a framework's app is Order in code, and then a model says so.
  return [...new Set([...names, ...guessed, singular(table)])];
}

function lowered(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.toLowerCase()))];
}

/** False for a file that surely has no use. In: its text in lower case. */
export function mayUse({ needles, also }: Prepared, lower: string): boolean {
  return (
    needles.some((each) => lower.includes(each)) && (also.length === 0 || also.some((each) => lower.includes(each)))
  );
}

/** True where a line of a file belongs to the definition of a model that stands for another table. */
export function isFieldOfAnother(view: FileView, at: number, table: string): boolean {
  const line = view.text.lastIndexOf('\n', at - 1);
  return view.models.models.some(
    (model) => !standsFor(model, table) && model.fields.some(({ span }) => span.start > line && span.start <= at),
  );
}
