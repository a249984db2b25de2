import type { Token } from '../lexer.js';
import {
  beforeExpression,
  columnsOf,
  functions,
  indexes,
  nothing,
  readable,
  tables,
  views,
  type Wanted,
} from './wanted.js';
import { relationsIn, wordOf } from './words.js';

const queryHeads = new Set([
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'MERGE',
  'WITH',
  'VALUES',
  'EXPLAIN',
  'IF',
  'RETURN',
  'PERFORM',
]);

const clauses = new Set(
  'SELECT FROM WHERE SET BY VALUES RETURNING JOIN ON HAVING INTO USING LIMIT OFFSET WITH'.split(' '),
);

/** The clause in which the end of the words stands, within its brackets. */
function clauseOf(key: readonly Token[]): string {
  let depth = 0;
  for (let index = key.length - 1; index >= 0; index--) {
    const token = key[index];
    if (token?.kind === 'close') depth++;
    else if (token?.kind === 'open' && depth > 0) depth--;
    else if (token?.kind === 'open') return '';
    else if (depth === 0 && clauses.has(wordOf(token))) return wordOf(token);
  }
  return '';
}

/** Of a query and of what else begins with a verb; undefined where nothing is known. In: the words before the cursor, and all of the statement. */
export function ofQuery(key: readonly Token[], all: readonly Token[]): readonly Wanted[] | undefined {
  const head = wordOf(key[0]);
  const token = key.at(-1);
  const [last, former] = [wordOf(token), wordOf(key.at(-2))];
  const isQuery = queryHeads.has(head) || all.some((each) => wordOf(each) === 'SELECT');
  switch (last) {
    case 'TABLE':
      return head === 'COMMENT' || head === 'TRUNCATE' || head === 'LOCK' || head === 'REINDEX' || head === 'GRANT'
        ? [tables]
        : nothing;
    case 'INDEX':
      return head === 'COMMENT' || head === 'REINDEX' ? [indexes] : nothing;
    case 'VIEW':
      return head === 'COMMENT' || head === 'REFRESH' ? [views] : nothing;
    case 'COLUMN':
      return head === 'COMMENT' ? [readable] : nothing;
    case 'TYPE':
      return head === 'COMMENT' ? [{ what: 'types', builtIn: false }] : nothing;
    case 'FUNCTION':
      return head === 'COMMENT' ? [functions] : nothing;
    case 'TRUNCATE':
    case 'VACUUM':
    case 'ANALYZE':
    case 'CLUSTER':
    case 'LOCK':
    case 'COPY':
      return key.length === 1 || last === 'ANALYZE' ? [tables] : nothing;
    case 'CALL':
      return [functions];
    case 'CONSTRAINT': {
      if (head === 'INSERT' && former === 'ON') {
        const [target] = relationsIn(all);
        return target ? [{ what: 'constraints', of: target, notValid: false }] : nothing;
      }
      return nothing;
    }
    case 'FROM':
      if (head === 'COPY') return nothing;
      return former === 'DISTINCT' && isQuery && wordOf(key.at(-3)) === 'IS' ? expression(all) : [readable];
    case 'JOIN':
      return [readable];
    case 'INTO':
      return head === 'SELECT' ? nothing : [tables];
    case 'UPDATE':
      return ['FOR', 'ON', 'DO', 'BEFORE', 'AFTER', 'OR', 'KEY'].includes(former) ? nothing : [tables];
    case 'ON':
      if (head === 'GRANT' || head === 'REVOKE') return [readable];
      return head === 'COMMENT' ? nothing : isQuery ? expression(all) : nothing;
    case 'USING':
      return head === 'DELETE' || head === 'MERGE' ? [readable] : nothing;
    case 'SET': {
      const [target] = relationsIn(all);
      return (head === 'UPDATE' || head === 'INSERT' || head === 'WITH') && target ? [columnsOf(target)] : nothing;
    }
    default:
      break;
  }
  if (token?.kind === 'comma' && ['TRUNCATE', 'VACUUM', 'ANALYZE', 'LOCK'].includes(head)) return [tables];
  if (!isQuery) return nothing;
  if (token?.kind === 'comma') {
    const clause = clauseOf(key);
    if (clause === 'FROM') return [readable];
    if (clause === 'VALUES' || clause === 'WITH' || clause === 'INTO') return nothing;
    const [target] = relationsIn(all);
    if (clause === 'SET' && target) return [columnsOf(target)];
    return expression(all);
  }
  const isBegin = token?.kind === 'operator' || token?.kind === 'open' || beforeExpression.has(last);
  return isBegin ? expression(all) : nothing;
}

function expression(all: readonly Token[]): readonly Wanted[] {
  const of = relationsIn(all);
  const aliases = of.filter(({ alias, name }) => alias !== name).map(({ alias }) => alias);
  return [
    columnsOf(...of),
    ...(of.length > 1
      ? [
          {
            what: 'words',
            names: aliases.length > 0 ? aliases : of.map(({ name }) => name),
            detail: 'of this query',
          } as const,
        ]
      : []),
    functions,
  ];
}
