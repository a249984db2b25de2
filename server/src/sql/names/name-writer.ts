import type { ConstraintDefinition, ObjectName, TypeRef, UsedName } from '../action.js';
import { analyseExpression } from '../expressions.js';
import { isReservedWord } from '../keywords.js';
import { lex, nameOf, type Token } from '../lexer.js';
import { chooseName, constraintSuffixes } from '../quote.js';
import type { Span } from '../span.js';
import type { ParsedStatement } from '../statement.js';
import type { NameKind, NameRole, NameUse } from './name-use.js';

/** The built-in types by PostgreSQL's internal names: nobody looks for where they are made. */
const builtIn = new Set(
  (
    'bigint bigserial bit bool boolean box bpchar bytea char character cidr circle citext date datemultirange daterange decimal ' +
    'double float float4 float8 inet int int2 int4 int8 int4range int8range integer interval json jsonb jsonpath line lseg ' +
    'macaddr macaddr8 money name numeric numrange oid path point polygon real regclass regproc regtype record serial serial2 ' +
    'serial4 serial8 smallint smallserial text time timestamp timestamptz timetz trigger tsquery tsrange tstzrange tsvector ' +
    'uuid varbit varchar void xid xml'
  ).split(' '),
);

type Extra = Partial<Omit<NameUse, 'kind' | 'role' | 'schema' | 'name' | 'span'>>;

/** Longer statements, such as an INSERT of ten thousand rows, are not cut into words for names that no action shows. */
const LONGEST = 100_000;

/** Collects the names of one statement. What has no place in the actions is looked for among its words. */
export class NameWriter {
  readonly found: NameUse[] = [];
  private owner: UsedName | undefined;

  constructor(private readonly statement: ParsedStatement) {}

  get text(): string {
    return this.statement.text;
  }

  tokens(): readonly Token[] {
    return this.text.length > LONGEST ? [] : this.statement.tokens();
  }

  /** The first word in a span that stands for a name; undefined where there is none. */
  word(name: string, { start, end }: Span = { start: 0, end: this.text.length }): Span | undefined {
    return this.tokens().find(
      (token) => token.start >= start && token.end <= end && isWord(token) && nameOf(token) === name,
    );
  }

  add(kind: NameKind, role: NameRole, name: UsedName, span: Span | undefined, extra: Extra = {}): void {
    if (span === undefined) return;
    const { start, end } = span;
    this.found.push({ kind, role, schema: name.schema, name: name.name, span: { start, end }, ...extra });
  }

  /** An object by its name in the text. */
  object(kind: NameKind, role: NameRole, name: ObjectName, extra?: Extra): void {
    this.add(kind, role, name, this.placeOf(name), extra);
  }

  /** The last part of a name, as it stands in the text. */
  placeOf({ span, name, schema }: ObjectName): Span | undefined {
    if (span === undefined) return this.word(name);
    if (schema === undefined) return span;
    return lex(this.text, span.start, span.end).filter(isWord).at(-1) ?? span;
  }

  /** The columns of a statement are nearly always of one relation, and all names are kept. */
  private ownerOf({ schema, name }: UsedName): UsedName {
    if (this.owner?.name !== name || this.owner.schema !== schema) this.owner = { schema, name };
    return this.owner;
  }

  relations(role: NameRole, names: readonly ObjectName[]): void {
    for (const each of names) this.object('relation', role, each);
  }

  /** A column, a constraint, a trigger or a policy of a relation. In: its place, or the span in which its name is looked for. */
  part(kind: NameKind, role: NameRole, of: UsedName, name: string, span: Span | undefined, extra: Extra = {}): void {
    this.add(kind, role, { schema: undefined, name }, span, { of: this.ownerOf(of), ...extra });
  }

  partWithin(kind: NameKind, role: NameRole, of: UsedName, name: string, within: Span, extra?: Extra): void {
    this.part(kind, role, of, name, this.word(name, within), extra);
  }

  type(type: TypeRef | undefined): void {
    if (!type || builtIn.has(type.name)) return;
    const words = lex(this.text, type.span.start, type.span.end).filter(isWord);
    this.add(
      'type',
      'use',
      type,
      words.find((each) => nameOf(each) === type.name),
    );
  }

  /** A type behind "::". */
  cast(name: UsedName, span: Span): void {
    if (!builtIn.has(name.name) && name.schema !== 'pg_catalog') this.add('type', 'use', name, span);
  }

  /** What stands before a bracket: a function, unless it is a type with its length. */
  call(name: UsedName, span: Span): void {
    if (!builtIn.has(name.name)) this.add('function', 'use', name, span);
  }

  /** Every word of a span that may be a column of the relation. */
  columnsIn(of: UsedName, { start, end }: Span): void {
    const tokens = this.tokens();
    tokens.forEach((token, index) => {
      if (token.start < start || token.end > end || !isWord(token)) return;
      const next = tokens[index + 1];
      const before = tokens[index - 1];
      if (next?.kind === 'open' && next.text === '(') return;
      if (next?.kind === 'dot' || before?.text === '::' || isPlainWord(token)) return;
      this.part('column', 'use', of, nameOf(token), token);
    });
  }

  constraint(of: UsedName, definition: ConstraintDefinition): void {
    const { kind, name, span, columns, include, references, expression, elements } = definition;
    if (name !== undefined) this.partWithin('constraint', 'make', of, name, span);
    else if (kind !== 'notNull' || columns.length > 0) {
      const chosen =
        definition.usingIndex ?? chooseName([of.name, ...namingColumns(definition)], constraintSuffixes[kind]);
      this.part('constraint', 'make', of, chosen, span, { isImplied: true });
    }
    if (definition.usingIndex !== undefined)
      this.add('relation', 'use', { schema: of.schema, name: definition.usingIndex }, this.word(definition.usingIndex));
    // The name of the constraint may be that of a column.
    const names = name === undefined ? undefined : this.word(name, span);
    // Of a constraint at a column, that column is not written once more.
    const behind = { start: names?.end ?? span.start, end: references?.table.span?.start ?? span.end };
    if (expression) this.columnsIn(of, expression.span);
    else if (elements) this.columnsIn(of, behind);
    else for (const each of [...columns, ...include]) this.partWithin('column', 'use', of, each, behind);
    if (!references) return;
    this.object('relation', 'use', references.table);
    const from = references.table.span?.end ?? behind.start;
    for (const each of references.columns)
      this.partWithin('column', 'use', references.table, each, { start: from, end: span.end });
  }
}

/** The columns after which PostgreSQL names a constraint (schema/names.ts has the whole rule, which needs the schema). */
function namingColumns({
  kind,
  columns,
  include,
  elements,
  expression,
}: ConstraintDefinition): readonly (string | undefined)[] & string[] {
  if (kind === 'primaryKey') return [];
  if (kind === 'check') {
    const read = [...new Set(analyseExpression(expression?.text ?? '')?.columns ?? [])];
    return read.length === 1 ? read : [];
  }
  if (elements) return elements.flatMap(({ name }) => name ?? 'expr');
  return kind === 'unique' ? [...columns, ...include] : [...columns];
}

/** True for a token that can be a name. */
export function isWord({ kind }: Token): boolean {
  return kind === 'word' || kind === 'quoted';
}

/** True for a word that is no name without quotes. */
export function isPlainWord(token: Token): boolean {
  return token.kind === 'word' && isReservedWord(token.text.toLowerCase());
}
