import type { Action } from './action.js';
import type { ColumnUse, StrayName } from './column-uses.js';
import { Parsed } from './parsed.js';
import type {
  Comment,
  DynamicSql,
  EmbeddedStatement,
  ParsedStatement,
  SqlDocument,
  SyntaxProblem,
} from './statement.js';
import type { VersionUse } from './versions/features.js';

/**
 * What parsing gives of a statement, as plain data that can leave the process and come back in another. `text` and
 * `source` stand there only where they differ from what the author wrote and from each other.
 */
type PackedStatement = readonly [
  tag: string,
  text: string | undefined,
  source: string | undefined,
  problem: SyntaxProblem | undefined,
  actions: readonly Action[],
  columnUses: readonly ColumnUse[],
  strayNames: readonly StrayName[],
  versionUses: readonly VersionUse[],
  embedded: readonly (readonly [
    written: string,
    start: number,
    origin: EmbeddedStatement['origin'],
    packed: PackedStatement,
  ])[],
  dynamic: readonly DynamicSql[],
];

/** A parsed file without its text, as plain data. */
export interface PackedDocument {
  readonly statements: readonly (readonly [start: number, end: number, fullEnd: number, packed: PackedStatement])[];
  readonly comments: readonly Comment[];
  readonly problems: readonly SyntaxProblem[];
}

/** Keeps what parsing gives of a file beyond the process, by its text. */
export interface DocumentStore {
  /** What was kept of a text, by this build of Airlock; undefined for any other. */
  take(text: string): PackedDocument | undefined;
  keep(text: string, packed: PackedDocument): void;
}

/** A parsed file as plain data; undefined where the result says something of this process, and not of the text alone. */
export function packedDocument({ statements, comments, problems }: SqlDocument): PackedDocument | undefined {
  const packed: [number, number, number, PackedStatement][] = [];
  for (const { parsed, span, fullEnd } of statements) {
    const statement = packedStatement(parsed);
    if (!statement) return undefined;
    packed.push([span.start, span.end, fullEnd, statement]);
  }
  return { statements: packed, comments, problems };
}

function packedStatement(parsed: ParsedStatement): PackedStatement | undefined {
  // A parser that has run out of stack is careful with what it reads next.
  if (!(parsed instanceof Parsed) || parsed.problem?.isOwnLimit) return undefined;
  const { written, text, source, tag, problem, actions, columnUses, strayNames, versionUses, dynamic } = parsed;
  const embedded: [string, number, EmbeddedStatement['origin'], PackedStatement][] = [];
  for (const { parsed: inner, start, origin } of parsed.embedded) {
    const statement = packedStatement(inner);
    if (!statement) return undefined;
    embedded.push([inner.written, start, origin, statement]);
  }
  return [
    tag,
    text === written ? undefined : text,
    source === text ? undefined : source,
    problem,
    actions,
    columnUses,
    strayNames,
    versionUses,
    embedded,
    dynamic,
  ];
}

/** The statement of a text, which may be known already, or is made. */
type StatementOf = (written: string, make: () => Parsed) => ParsedStatement;

/** The file that was packed. In: its text. */
export function unpackedDocument(text: string, packed: PackedDocument, statementOf: StatementOf): SqlDocument {
  const statements = packed.statements.map(([start, end, fullEnd, statement]) => ({
    parsed: unpackedStatement(text.slice(start, end), statement, statementOf),
    span: { start, end },
    fullEnd,
  }));
  return { text, statements, comments: packed.comments, problems: packed.problems };
}

function unpackedStatement(written: string, packed: PackedStatement, statementOf: StatementOf): ParsedStatement {
  return statementOf(written, () => {
    const [tag, text = written, source = text, problem, actions, uses, stray, versions, embedded, dynamic] = packed;
    const inside = embedded.map(([inner, start, origin, statement]) => ({
      parsed: unpackedStatement(inner, statement, statementOf),
      start,
      origin,
    }));
    return new Parsed(written, text, source, tag, problem, actions, uses, stray, versions, inside, dynamic);
  });
}
