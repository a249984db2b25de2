import { readableQuery } from '../sql/query-parts.js';
import { withNumbers } from '../sql/query-placeholders.js';
import { isMade } from './file-kind.js';
import { FileView, type Literal } from './file-view.js';

/** A query or write that stands whole in a file. */
export interface CodeQuery {
  /** Where it begins. */
  readonly start: number;
  /** With $1, $2 … for its values. */
  readonly text: string;
}

export interface QueriesOfFile {
  readonly queries: readonly CodeQuery[];
  /** Those that are put together when they run, or that PostgreSQL's grammar does not read. */
  readonly dynamic: number;
  /** Statements that are no queries: of a schema, of a session. */
  readonly others: number;
}

const begins = /^\s*\(?\s*(?:select|insert\s+into|update|delete\s+from|with|merge\s+into|values)\b/i;

/** What joins a string with others, or fills it in: the query is only known when it runs. */
const joinsBehind =
  /^["'`]{1,3}\s*(?:\+(?!\+)|%\s*[\w("'[]|<<|\|\||\.\s*(?:format|concat|formatted|replace|join)\b|\.\s*[$"'(])/;
const joinsBefore =
  /(?:(?<!\+)\+|\|\||<<|\b(?:sprintf|format|Format|Sprintf|Errorf)\s*\(|\+=)\s*[frbuFRBU@$]{0,2}["'`]{0,3}$/;

/** The name right before a template whose holes become values: sql`…`, tx.sql`…`, Prisma.sql`…`, $queryRaw<T>`…`. */
const tagged = /(?:\b(?:sql|SQL|pgsql|query|db|tx|client|conn)|\$(?:query|execute)Raw)(?:<[^`]{0,200}>)?`$/;

/** The statements that stand whole in strings of code, or in a file of SQL. In: the path says which language it is. */
export function queriesIn(path: string, text: string): QueriesOfFile {
  const none = { queries: [], dynamic: 0, others: 0 };
  if (isMade(text)) return none;
  const view = new FileView(path, text);
  if (!/select|insert|update|delete|merge|values/.test(view.lower)) return none;
  const queries: CodeQuery[] = [];
  let [dynamic, others] = [0, 0];
  for (const literal of view.literals) {
    if (!literal.isSql || !begins.test(withoutComments(literal.text))) {
      if (view.isSqlFile && /\S/.test(withoutComments(literal.text))) others += 1;
      continue;
    }
    const query = view.isSqlFile ? readable(literal.text) : queryOf(literal, text);
    if (query === undefined) dynamic += 1;
    else queries.push({ start: literal.start + (/\S/.exec(literal.text)?.index ?? 0), text: query });
  }
  return { queries, dynamic, others };
}

function withoutComments(text: string): string {
  return text.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
}

function readable(text: string): string | undefined {
  const numbered = withNumbers(text);
  return readableQuery(numbered) ? numbered.replace(/[\s;]+$/, '') : undefined;
}

function queryOf({ start, end, text }: Literal, file: string): string | undefined {
  const head = file.slice(Math.max(0, start - 240), start);
  if (joinsBehind.test(file.slice(end, end + 60)) || joinsBefore.test(head)) return undefined;
  let last = 0;
  let isFilled = false;
  // A literal ends in front of a hole behind which nothing stands.
  const [tail = ''] = /^[$#]\{[^{}`]*\}(?=["`])/.exec(file.slice(end, end + 400)) ?? [];
  if (tail === '' && /^[$#]\{/.test(file.slice(end, end + 2))) return undefined;
  // What a template fills in stands there as "_hhh".
  const filled = `${text}${tail === '' ? '' : '_hhh'}`.replace(/_h{3,}/g, () => {
    isFilled = true;
    last += 1;
    return `$${last}`;
  });
  if (isFilled && !tagged.test(head)) return undefined;
  return readable(unescaped(filled));
}

function unescaped(text: string): string {
  return text.replace(/\\(?:\r?\n|[nrt])/g, ' ').replace(/\\(["'`\\$])/g, '$1');
}
