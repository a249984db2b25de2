import { quoteLiteral } from '../quote.js';
import type { Catalog } from './catalog.js';
import type { CatalogObject, SqlText, UserType } from './model.js';
import { oidsIn } from './print.js';

/**
 * PostgreSQL keeps the value of an enum by number, so every expression that names it has the new label behind RENAME
 * VALUE. In a text a label is a literal like any other: it is renamed where all that the text reads has this type, and
 * where it could be something else the text is no longer known.
 */
export function renameLabel(catalog: Catalog, type: UserType, from: string, to: string): void {
  const [old, label] = [quoteLiteral(from), quoteLiteral(to)];
  const isOfType = (typeKey: string | undefined): boolean => typeKey?.replace('[]', '') === `#${type.oid}`;
  /** `all`: everything that it reads has the type; `some`: not everything; `none`: nothing. */
  const readsOf = (text: SqlText): 'all' | 'some' | 'none' => {
    const isOne = oidsIn(text).flatMap((oid) => {
      const object = catalog.get(oid);
      if (object?.kind === 'column') return [isOfType(object.typeKey)];
      return oid === type.oid ? [true] : [];
    });
    if (!isOne.includes(true)) return 'none';
    return isOne.includes(false) ? 'some' : 'all';
  };
  const renamed = (text: SqlText): SqlText =>
    text.map((piece) => (typeof piece === 'string' ? piece.replaceAll(old, () => label) : piece));
  const holds = (text: SqlText | undefined): text is SqlText =>
    text?.some((piece) => typeof piece === 'string' && piece.includes(old)) ?? false;
  /** Where each label stands beside a column of the type or is cast to it; undefined where one does not. */
  const renamedBesides = (text: SqlText): SqlText | undefined => {
    let isClear = true;
    const pieces = text.map((piece, index) => {
      if (typeof piece !== 'string' || !piece.includes(old)) return piece;
      const [before, behind] = [text[index - 1], text[index + 1]];
      const isBehind = typeof before === 'object' && isOfType(columnType(before.oid));
      const isCast = typeof behind === 'object' && behind.oid === type.oid;
      const parts = piece.split(old);
      return parts.reduce((done, part, at) => {
        const left = parts.slice(0, at).join(old);
        const compared = isBehind && /^\s*(?:=|<>|!=|[<>]=?|(?:NOT\s+)?IN\s*\([^()]*)\s*$/i.test(left);
        const cast = isCast && at === parts.length - 1 && /^\s*::\s*$/.test(part);
        isClear &&= compared || cast;
        return `${done}${label}${part}`;
      });
    });
    return isClear ? pieces : undefined;
  };
  const columnType = (oid: number): string | undefined => {
    const object = catalog.get(oid);
    return object?.kind === 'column' ? object.typeKey : undefined;
  };
  /** The text behind the change; "unclear" where it cannot be known. */
  const after = (text: SqlText | undefined, isOwn = false): SqlText | undefined | 'unclear' => {
    if (!holds(text)) return text;
    const reads = readsOf(text);
    if (reads === 'some') return renamedBesides(text) ?? 'unclear';
    return reads === 'all' || isOwn ? renamed(text) : text;
  };
  for (const object of [...catalog.all()]) {
    const changed = withTexts(object, after, catalog, isOfType);
    if (changed !== object) catalog.put(changed);
  }
}

type After = (text: SqlText | undefined, isOwn?: boolean) => SqlText | undefined | 'unclear';

/** What nobody can print any more, though it is there. */
function unclear<T extends CatalogObject>(object: T): T {
  return object.kind === 'view' ? { ...object, loose: true } : { ...object, origin: 'mayPredate' };
}

/** An object with its texts as they are behind the change; the same object where none changes. */
function withTexts(
  object: CatalogObject,
  after: After,
  catalog: Catalog,
  isOfType: (key: string | undefined) => boolean,
): CatalogObject {
  switch (object.kind) {
    case 'column': {
      const value = after(object.default, isOfType(object.typeKey));
      const expression = after(object.generated?.expression);
      if (value === 'unclear' || expression === 'unclear') return unclear(object);
      if (value === object.default && expression === object.generated?.expression) return object;
      const generated = object.generated && expression ? { ...object.generated, expression } : object.generated;
      return { ...object, default: value, generated };
    }
    case 'constraint': {
      const definition = after(object.definition);
      if (definition === object.definition || !definition) return object;
      return definition === 'unclear' ? unclear(object) : { ...object, definition };
    }
    case 'index': {
      const where = after(object.where);
      const elements = object.elements.map((each) => after(each) ?? each);
      const known = elements.flatMap((each) => (each === 'unclear' ? [] : [each]));
      if (where === 'unclear' || known.length < elements.length) return unclear(object);
      const isSame = where === object.where && known.every((each, at) => each === object.elements[at]);
      return isSame ? object : { ...object, where, elements: known };
    }
    case 'view': {
      const query = after(object.query);
      if (query === object.query || !query) return object;
      return query === 'unclear' ? unclear(object) : { ...object, query };
    }
    case 'policy': {
      const [using, check] = [after(object.using), after(object.check)];
      if (using === 'unclear' || check === 'unclear') return unclear(object);
      return using === object.using && check === object.check ? object : { ...object, using, check };
    }
    case 'table': {
      const key = catalog.as('table', object.partitionOf)?.partitionBy;
      const columns = oidsIn(key).flatMap((oid) => catalog.as('column', oid) ?? []);
      if (!columns.some(({ typeKey }) => isOfType(typeKey))) return object;
      const bound = after(object.bound, true);
      if (bound === object.bound) return object;
      return columns.length > 1 || bound === 'unclear' ? unclear(object) : { ...object, bound };
    }
    case 'type': {
      const value = after(object.default, isOfType(object.baseKey));
      if (value === object.default) return object;
      return value === 'unclear' ? unclear(object) : { ...object, default: value };
    }
    case 'definition':
      // The arguments of a trigger are literals too, and they stay.
      return after(object.text) === object.text ? object : unclear(object);
    case 'routine':
      // A body in a string stays as it is written; one that PostgreSQL has read changes.
      return oidsIn(object.text).some((oid) => catalog.get(oid)?.kind === 'column') &&
        after(object.text) !== object.text
        ? unclear(object)
        : object;
    default:
      return object;
  }
}
