import type { Analysis } from '../../analysis/analyze.js';
import type { PlacedName } from '../../schema/provenance/file-names.js';
import { isName, type NamedRelation, relationsIn, subjectOf } from '../../sql/completion/words.js';
import { nameOf, withoutComments } from '../../sql/lexer.js';
import type { NameKind } from '../../sql/names/name-use.js';

/** In longer statements nobody looks for words. */
const LONGEST = 100_000;

/**
 * The name at an offset that no parse has found: an alias before a dot, and any name in a statement that is typed just
 * now. What it stands for is taken from the schema, so that a word which is none of its names is none.
 */
export function placedByWords(analysis: Analysis, offset: number): PlacedName | undefined {
  const top = analysis.document.statements.findIndex(({ span }) => span.start <= offset && offset <= span.end);
  const statement = analysis.document.statements[top];
  if (!statement || statement.parsed.text.length > LONGEST) return undefined;
  const { parsed, span } = statement;
  const tokens = withoutComments(parsed.tokens());
  const index = tokens.findIndex(({ start, end }) => start <= offset - span.start && offset - span.start <= end);
  const token = tokens[index];
  if (!isName(token)) return undefined;
  const name = nameOf(token);
  const isDotted = tokens[index + 1]?.kind === 'dot';
  const subject = subjectOf(tokens);
  const relations = [...relationsIn(tokens), ...(subject ? [subject] : [])];
  const place = { start: span.start + token.start, end: span.start + token.end, top };
  const found = (
    kind: NameKind,
    { schema, name: own }: Pick<NamedRelation, 'schema' | 'name'>,
    of?: NamedRelation,
  ) => ({
    ...place,
    use: {
      kind,
      role: 'use' as const,
      schema,
      name: own,
      ...(of && { of: { schema: of.schema, name: of.name } }),
    },
  });
  if (isDotted) {
    const aliased = relations.find(({ alias }) => alias === name);
    return aliased && found('relation', aliased);
  }
  if (!parsed.problem) return undefined;
  const named = relations.find((each) => each.name === name);
  if (named) return found('relation', named);
  const state = analysis.stateBefore(top);
  const owner = relations.find((each) => state.table(each)?.columns.has(name) === true);
  return owner && found('column', { schema: undefined, name }, owner);
}
