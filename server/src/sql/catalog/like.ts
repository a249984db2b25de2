import { withIdentityCopy } from './identity-copy.js';
import { pairs, remap } from './constraints.js';
import { copyIndexAsOwn } from './indexes.js';
import { addToColumns, newColumn, newConstraint, relationOrUnknown } from './make.js';
import type { CatalogObject, Column, Oid } from './model.js';
import { rangeName } from './scope.js';
import type { Source } from './source.js';
import { field, number, type Tree } from './tree.js';

/** The bits of TableLikeOption. */
const like = {
  comments: 1,
  compression: 2,
  constraints: 4,
  defaults: 8,
  generated: 16,
  identity: 32,
  indexes: 64,
  statistics: 128,
  storage: 256,
};

/** CREATE TABLE … (LIKE other INCLUDING …): copies, without a tie to the other table. */
export function copyLike(source: Source, table: CatalogObject, clause: Tree): void {
  const { catalog } = source;
  const other = relationOrUnknown(catalog, rangeName(field(clause, 'relation')));
  const options = number(clause, 'options') >>> 0;
  const including = (what: keyof typeof like) => (options & like[what]) !== 0;
  if (other.origin !== 'defined') {
    const known = catalog.get(table.oid);
    if (known?.kind === 'table') catalog.put({ ...known, asQuery: [] });
    return;
  }
  const map = new Map<Oid, Oid>();
  for (const oid of 'columns' in other ? other.columns : []) {
    const column = catalog.as('column', oid);
    if (!column) continue;
    const own = catalog.column(table.oid, column.name);
    if (own) {
      // It is merged with the one that the table has inherited.
      const value = including('defaults') && !column.generated ? column.default : undefined;
      catalog.put({ ...own, local: true, notNull: own.notNull || column.notNull, default: value ?? own.default });
      map.set(oid, own.oid);
      continue;
    }
    const copy = newColumn(catalog, table.oid, column.name, {
      type: column.type,
      typeKey: column.typeKey,
      collation: column.collation,
      notNull: column.notNull,
      default: including('defaults') && !column.generated ? column.default : undefined,
      generated:
        including('generated') && column.generated
          ? { ...column.generated, expression: remap(column.generated.expression, map) }
          : undefined,
      storage: including('storage') ? column.storage : undefined,
      compression: including('compression') ? column.compression : undefined,
      comment: including('comments') ? column.comment : undefined,
    });
    map.set(oid, copy.oid);
    catalog.put(copy);
    addToColumns(catalog, table.oid, copy.oid);
    if (including('identity')) withIdentityCopy(catalog, table, column, copy);
  }
  if (including('generated')) remapGenerated(source, map);
  for (const constraint of catalog.childrenOfKind(other.oid, 'constraint')) {
    if (constraint.type !== 'CHECK' || !including('constraints')) continue;
    const columns = constraint.columns.flatMap((each) => map.get(each) ?? []);
    catalog.put(
      newConstraint(catalog, table.oid, constraint.name, {
        ...constraint,
        oid: catalog.newOid(),
        parent: table.oid,
        columns,
        definition: remap(constraint.definition, new Map([...map, ...pairs([other.oid], [table.oid])])),
        inherited: false,
        comment: including('comments') ? constraint.comment : undefined,
      }),
    );
  }
  if (including('indexes'))
    for (const index of catalog.indexesOf(other.oid)) {
      const current = catalog.get(table.oid);
      if (current) copyIndexAsOwn(catalog, index, current, map, including('comments'));
    }
}

/** A generated column may read one that was copied behind it. */
function remapGenerated(source: Source, map: ReadonlyMap<Oid, Oid>): void {
  for (const oid of map.values()) {
    const column: Column | undefined = source.catalog.as('column', oid);
    if (column?.generated)
      source.catalog.put({
        ...column,
        generated: { ...column.generated, expression: remap(column.generated.expression, map) },
      });
  }
}
