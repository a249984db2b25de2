import { freshSession, type Session } from './session.js';
import { ForkedMap } from './forked-map.js';
import type { CatalogObject, Column, Constraint, Index, KindOf, Oid, Routine, SqlText, Table } from './model.js';

/** A name as a statement writes it. */
export interface Name {
  readonly schema: string | undefined;
  readonly name: string;
}

/** The name space of an object and its name in it, without the schema. */
function spaceOf(object: CatalogObject): string {
  switch (object.kind) {
    case 'table':
    case 'index':
    case 'view':
    case 'sequence':
      return 'relation';
    case 'definition':
      return object.type;
    default:
      return object.kind;
  }
}

/** What an object is known by among others of its kind. */
export type Named = Pick<CatalogObject, 'name' | 'schema' | 'parent'> & {
  readonly kind: CatalogObject['kind'];
  /** Of a definition: its words. */
  readonly type?: string | SqlText | undefined;
  readonly signature?: readonly string[];
};

function absenceKey({ kind, type, name, schema, parent, signature }: Named): string {
  const isRelation = kind === 'table' || kind === 'index' || kind === 'view' || kind === 'sequence';
  const space = isRelation ? 'relation' : typeof type === 'string' ? type : kind;
  // A relation has its name in its schema, an index too.
  return [space, schema, isRelation ? '' : parent, name, signature?.join()].join(' ');
}

/** The objects of a database by number and by name. Objects are never changed, only replaced. */
export class Catalog {
  private objects: ForkedMap<Oid, CatalogObject>;
  private named: ForkedMap<string, readonly Oid[]>;
  private children: ForkedMap<Oid, readonly Oid[]>;
  /** Heirs of a table, tables of a type, sequences of a column, parts of an index. */
  private linked: ForkedMap<Oid, readonly Oid[]>;
  /** Names of which a statement has made sure that nothing has them: see `absenceKey`. */
  private absent: ForkedMap<string, true>;
  private counter: { next: Oid };
  session: Session = freshSession;
  /** True when everything that exists is in the files: a dump of the schema stands before them. */
  whole = false;

  constructor(below?: Catalog) {
    this.objects = new ForkedMap(below?.objects);
    this.named = new ForkedMap(below?.named);
    this.children = new ForkedMap(below?.children);
    this.linked = new ForkedMap(below?.linked);
    this.absent = new ForkedMap(below?.absent);
    this.counter = below?.counter ?? { next: 1 };
    this.session = below?.session ?? freshSession;
    this.whole = below?.whole ?? false;
  }

  /** A state on top of this one. This one must not change any more while the fork lives. */
  fork(): Catalog {
    return new Catalog(this);
  }

  /** The objects that were put or deleted since the fork. */
  touched(): Iterable<Oid> {
    return this.objects.touched();
  }

  /** The objects that were put or deleted since a catalog of which this is a fork; undefined where that is not known. */
  touchedSince(base: Catalog): ReadonlySet<Oid> | undefined {
    return this.objects.touchedSince(base.objects);
  }

  newOid(): Oid {
    this.counter.next += 1;
    return this.counter.next;
  }

  all(): IterableIterator<CatalogObject> {
    return this.objects.values();
  }

  get(oid: Oid | undefined): CatalogObject | undefined {
    return oid === undefined ? undefined : this.objects.get(oid);
  }

  as<K extends CatalogObject['kind']>(kind: K, oid: Oid | undefined): KindOf<K> | undefined {
    const object = this.get(oid);
    return isKind(object, kind) ? object : undefined;
  }

  put(given: CatalogObject): void {
    const object = given.kind === 'table' ? this.withoutCircle(given) : given;
    const old = this.objects.get(object.oid);
    if (old) this.unlist(old);
    this.objects.set(object.oid, object);
    const key = absenceKey(object);
    // Nothing has a name from which something was taken away.
    if (old && (old.name !== object.name || old.schema !== object.schema)) this.absent.set(absenceKey(old), true);
    if (this.absent.get(key)) this.absent.set(key, undefined);
    add(this.named, `${spaceOf(object)} ${object.name}`, object.oid);
    if (object.parent !== undefined) add(this.children, object.parent, object.oid);
    for (const oid of linksOf(object)) add(this.linked, oid, object.oid);
  }

  /** A table that is its own ancestor, which PostgreSQL refuses (42P07), has no such parents: what walks down ends. */
  private withoutCircle(table: Table): Table {
    const { oid, partitionOf, inherits } = table;
    if (partitionOf === undefined && inherits.length === 0) return table;
    const isBelow = (parent: Oid): boolean => {
      const seen = new Set<Oid>();
      const open = [parent];
      for (let at = open.pop(); at !== undefined; at = open.pop()) {
        if (at === oid) return true;
        if (seen.has(at)) continue;
        seen.add(at);
        const above = this.as('table', at);
        if (above?.partitionOf !== undefined) open.push(above.partitionOf);
        open.push(...(above?.inherits ?? []));
      }
      return false;
    };
    return {
      ...table,
      partitionOf: partitionOf !== undefined && isBelow(partitionOf) ? undefined : partitionOf,
      inherits: inherits.filter((parent) => !isBelow(parent)),
    };
  }

  private unlist(object: CatalogObject): void {
    take(this.named, `${spaceOf(object)} ${object.name}`, object.oid);
    if (object.parent !== undefined) take(this.children, object.parent, object.oid);
    for (const oid of linksOf(object)) take(this.linked, oid, object.oid);
  }

  delete(oid: Oid): void {
    const old = this.objects.get(oid);
    if (!old) return;
    this.unlist(old);
    this.objects.set(oid, undefined);
    this.absent.set(absenceKey(old), true);
  }

  /** Takes an object away that may still be there. */
  forget(oid: Oid): void {
    const old = this.objects.get(oid);
    if (!old) return;
    this.delete(oid);
    this.absent.set(absenceKey(old), undefined);
  }

  /** A statement has made sure that nothing has this name. */
  markAbsent(named: Named): void {
    this.absent.set(absenceKey(named), true);
  }

  /** True when nothing has this name for certain: what is made under it with IF NOT EXISTS or OR REPLACE is new. */
  isAbsent(named: Named): boolean {
    return this.whole || this.absent.get(absenceKey(named)) === true;
  }

  childrenOf(oid: Oid): CatalogObject[] {
    return (this.children.get(oid) ?? []).flatMap((child) => this.objects.get(child) ?? []);
  }

  childrenOfKind<K extends CatalogObject['kind']>(oid: Oid, kind: K): KindOf<K>[] {
    // A list for each child would be most of the work on a table with hundreds of columns or keys.
    const found: KindOf<K>[] = [];
    for (const child of this.children.get(oid) ?? []) {
      const object = this.objects.get(child);
      if (object && isKind(object, kind)) found.push(object);
    }
    return found;
  }

  /** Every object of that name in a name space, whatever its schema. */
  candidates(space: string, name: string): CatalogObject[] {
    return (this.named.get(`${space} ${name}`) ?? []).flatMap((oid) => this.objects.get(oid) ?? []);
  }

  /**
   * An object with a schema, as PostgreSQL would find it along the search_path. A name with and without its schema
   * is the same when the files know only one schema that has it.
   */
  find(space: string, { schema, name }: Name): CatalogObject | undefined {
    const all = this.candidates(space, name);
    if (schema !== undefined) {
      const exact = all.find((object) => object.schema === schema);
      if (exact) return exact;
      const [only, more] = all;
      return only && !more && !only.qualified ? only : undefined;
    }
    for (const place of ['pg_temp', ...this.session.path]) {
      const found = all.find((object) => object.schema === place);
      if (found) return found;
    }
    return all.length === 1 ? all[0] : undefined;
  }

  relation(name: Name): CatalogObject | undefined {
    return this.find('relation', name);
  }

  table(name: Name): Table | undefined {
    const found = this.relation(name);
    return found?.kind === 'table' ? found : undefined;
  }

  column(relation: Oid | undefined, name: string): Column | undefined {
    if (relation === undefined) return undefined;
    return this.childrenOfKind(relation, 'column').find((column) => column.name === name);
  }

  constraint(table: Oid, name: string): Constraint | undefined {
    return this.childrenOfKind(table, 'constraint').find((constraint) => constraint.name === name);
  }

  /** The functions of a name, along the search_path as `find` does. */
  routines({ schema, name }: Name): Routine[] {
    const all = this.candidates('routine', name).flatMap((each) => (each.kind === 'routine' ? [each] : []));
    if (schema !== undefined) {
      const exact = all.filter((each) => each.schema === schema);
      return exact.length > 0 ? exact : all.filter((each) => !each.qualified);
    }
    const onPath = all.filter((each) => each.schema !== undefined && this.session.path.includes(each.schema));
    return onPath.length > 0 ? onPath : all;
  }

  /** The schema in which something without one is made. */
  get creationSchema(): string {
    return this.session.path.find((schema) => schema !== '$user' && schema !== 'pg_catalog') ?? 'public';
  }

  indexesOf(table: Oid): Index[] {
    return this.childrenOfKind(table, 'index');
  }

  /** What is linked to an object: heirs, tables of a type, sequences of a column, parts of an index. */
  linkedTo(oid: Oid): CatalogObject[] {
    return (this.linked.get(oid) ?? []).flatMap((each) => this.objects.get(each) ?? []);
  }

  /** Partitions and tables that inherit, the direct ones. */
  heirsOf(table: Oid): Table[] {
    return this.linkedTo(table).flatMap((each) =>
      each.kind === 'table' && (each.partitionOf === table || each.inherits.includes(table)) ? [each] : [],
    );
  }
}

function linksOf(object: CatalogObject): Oid[] {
  const found: (Oid | undefined)[] =
    object.kind === 'table'
      ? [object.partitionOf, object.ofType, ...object.inherits]
      : object.kind === 'sequence'
        ? [object.ownedBy]
        : object.kind === 'index'
          ? [object.partOf]
          : [];
  return found.flatMap((oid) => oid ?? []);
}

function add<K>(map: ForkedMap<K, readonly Oid[]>, key: K, oid: Oid): void {
  const oids = map.get(key) ?? [];
  if (!oids.includes(oid)) map.set(key, [...oids, oid]);
}

function take<K>(map: ForkedMap<K, readonly Oid[]>, key: K, oid: Oid): void {
  map.set(
    key,
    (map.get(key) ?? []).filter((each) => each !== oid),
  );
}

export function isKind<K extends CatalogObject['kind']>(
  object: CatalogObject | undefined,
  kind: K,
): object is KindOf<K> {
  return object?.kind === kind;
}
