import { isKeyword, lex, type Token, withoutComments } from './lexer.js';

/** Settings of a connection string whose value nobody else may read. */
const IN_CONNECTION = /((?:password|passwd|pwd|secret|token|sslpassword)\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s'&;]+)/gi;

/** The password of `postgresql://user:password@host`. */
const IN_URL = /(\/\/[^\s/:@]*:)([^\s/@]+)(?=@)/g;

/** Words behind which a literal is secret: CREATE ROLE … PASSWORD 'x', CREATE SUBSCRIPTION … CONNECTION 'x'. */
const SECRET_WORDS = ['PASSWORD', 'CONNECTION'];

/** Options of a server or user mapping that hold no secret. */
const OPEN_OPTIONS = new Set(['user', 'host', 'hostaddr', 'port', 'dbname', 'schema_name', 'table_name', 'fetch_size']);

/**
 * A statement for people to read, with asterisks for its passwords: those of roles, of connections, and the options of
 * user mappings and servers. It is as long as before, so every offset stays good.
 */
export function withoutSecrets(sql: string): string {
  if (!/pass|connection|option|pwd|secret|token|:\/\//i.test(sql)) return sql;
  const tokens = withoutComments(lex(sql));
  let inOptions = 0;
  let depth = 0;
  let out = '';
  let from = 0;
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    if (token.kind === 'open') {
      depth++;
      if (isKeyword(before, 'OPTIONS')) inOptions = depth;
    } else if (token.kind === 'close') {
      if (depth === inOptions) inOptions = 0;
      depth--;
    } else if (token.kind === 'string') {
      const isOption = inOptions > 0 && isSecretOption(before);
      const isSecret = isOption || SECRET_WORDS.some((word) => isKeyword(before, word));
      out += sql.slice(from, token.start) + (isSecret ? stars(token.text) : inside(token.text));
      from = token.end;
    }
  }
  return out + sql.slice(from);
}

function isSecretOption(name: Token | undefined): boolean {
  return name !== undefined && !OPEN_OPTIONS.has(name.text.toLowerCase());
}

/** The quotes stay, so that it still reads as a literal. */
function stars(literal: string): string {
  return literal.length < 2 ? literal : `'${'*'.repeat(literal.length - 2)}'`;
}

/** What stands in a literal: a connection string, a URL, or the body of a function with statements of its own. */
function inside(literal: string): string {
  const tag = /^\$[^$]*\$/.exec(literal)?.[0];
  if (tag !== undefined && literal.length >= 2 * tag.length)
    return tag + withoutSecrets(literal.slice(tag.length, -tag.length)) + tag;
  const hide = (_whole: string, before: string, value: string): string => before + '*'.repeat(value.length);
  return literal.replace(IN_CONNECTION, hide).replace(IN_URL, hide);
}
