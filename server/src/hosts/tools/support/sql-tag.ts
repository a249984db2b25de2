import type { Expression, Text, TextPart } from '../../code.js';
import { joinedText, pathOf, resolved, type Scope } from '../../values.js';
import { parameterSql } from './raw.js';
import { holeFor, listItems, quoted, textWithHoles } from './reading.js';

// sql`…` of Kysely, Drizzle, MikroORM and Slonik: what stands in `${…}` is SQL, a name or a parameter.

/** True for a template behind such a tag. */
export function isSqlTag({ tag }: Text): boolean {
  return tag !== undefined && /(^|\.)(sql|raw)$/.test(pathOf(tag)?.join('.') ?? '');
}

/** The string with what is known of its values put in; parameters that are written out stand as literals. */
export function sqlText(text: Text, scope: Scope): Text {
  const parts = text.parts.map((part): TextPart => {
    if (part.kind !== 'value' || !part.quote) return part;
    const sql = sqlOf(part.value, scope);
    return sql === undefined ? part : { kind: 'escape', span: part.span, text: sql, quote: part.quote };
  });
  return { ...text, tag: undefined, parts };
}

/** A value within a template, in SQL; undefined where it is not known. */
function sqlOf(value: Expression, scope: Scope): string | undefined {
  return fragmentSql(value, scope) ?? parameterSql(value, scope);
}

/** The SQL of sql`…`, sql.raw('…'), sql.ref('…') and their like; undefined for any other value. */
export function fragmentSql(value: Expression | undefined, scope: Scope): string | undefined {
  const known = value && resolved(value, scope);
  if (!known) return undefined;
  if (known.kind === 'text' && isSqlTag(known)) {
    return sqlText(known, scope)
      .parts.map((part) => (part.kind === 'value' ? holeFor(part.value) : part.text))
      .join('');
  }
  if (known.kind !== 'call') return undefined;
  const path = pathOf(known.callee) ?? [];
  const [first, second] = known.args.map((each) => each.value);
  switch (path.length > 1 ? path.at(-1) : undefined) {
    case 'raw':
      return textWithHoles(first, scope);
    case 'ref':
    case 'table':
    case 'id':
    case 'identifier':
      return known.args
        .flatMap((each) => textWithHoles(each.value, scope).split(/\.(?![^{]*\})/))
        .map(quoted)
        .join('.');
    case 'lit':
    case 'literal':
    case 'val':
    case 'param':
      return first && parameterSql(first, scope);
    case 'join': {
      const items = listItems(first, scope)?.map((item) => sqlOf(item, scope) ?? holeFor(item));
      const separator = second ? (fragmentSql(second, scope) ?? textWithHoles(second, scope)) : ', ';
      return items?.join(separator);
    }
    case 'now':
      return path.at(-2) === 'fn' ? 'now()' : undefined;
    default:
      return undefined;
  }
}

/** The string that an expression sends: a template behind `sql`, or a plain one. */
export function sentText(value: Expression | undefined, scope: Scope): Text | undefined {
  const known = value && resolved(value, scope);
  if (!known) return undefined;
  if (known.kind === 'text' && isSqlTag(known)) return sqlText(known, scope);
  if (known.kind === 'call') {
    const path = pathOf(known.callee) ?? [];
    const isRaw = path.at(-1) === 'raw' && path.length > 1;
    return isRaw ? sentText(known.args[0]?.value, scope) : undefined;
  }
  return known.kind === 'text' && known.tag === undefined ? joinedText(known, scope) : undefined;
}
