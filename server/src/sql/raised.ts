import type { TriggerEvent } from './action.js';
import { isKeyword, lex, type Token, withoutComments } from './lexer.js';
import { parseStatement } from './parse.js';
import { functionBody } from './plpgsql.js';

const every: readonly TriggerEvent[] = ['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'];

/** Levels of RAISE that stop nothing. */
const harmless = ['DEBUG', 'LOG', 'INFO', 'NOTICE', 'WARNING'];

/**
 * The events for which a trigger function in PL/pgSQL raises an exception whatever the rows are: its RAISE stands
 * first in the body, or behind a look at TG_OP alone. In: the text of the CREATE FUNCTION.
 */
export function eventsRaised(written: string): readonly TriggerEvent[] {
  const statement = parseStatement(written);
  const [action] = statement.actions;
  const body = action?.kind === 'createFunction' && action.language === 'plpgsql' && functionBody(statement.tokens());
  if (!body) return [];
  const tokens = withoutComments(lex(body.text));
  const isHandler = (token: Token, at: number): boolean =>
    isKeyword(token, 'EXCEPTION') && isKeyword(tokens[at + 1], 'WHEN');
  if (tokens.some(isHandler)) return [];
  let at = tokens.findIndex((token) => isKeyword(token, 'BEGIN')) + 1;
  // What says something only, and goes on.
  while (isKeyword(tokens[at], 'RAISE') && harmless.some((level) => isKeyword(tokens[at + 1], level)))
    at = tokens.findIndex((token, index) => index > at && token.kind === 'semicolon') + 1;
  if (isKeyword(tokens[at], 'RAISE')) return every;
  if (!isKeyword(tokens[at], 'IF')) return [];
  const then = tokens.findIndex((token, index) => index > at && isKeyword(token, 'THEN'));
  const isRaise = isKeyword(tokens[then + 1], 'RAISE') && !harmless.some((level) => isKeyword(tokens[then + 2], level));
  return then > 0 && isRaise ? operationsIn(tokens.slice(at + 1, then)) : [];
}

/** `TG_OP = 'UPDATE' OR TG_OP = 'DELETE'`, `TG_OP IN ('UPDATE', 'DELETE')`; nothing for any other condition. */
function operationsIn(tokens: readonly Token[]): readonly TriggerEvent[] {
  const found: TriggerEvent[] = [];
  for (const token of tokens) {
    const event = token.kind === 'string' ? every.find((each) => `'${each}'` === token.text) : undefined;
    if (event) found.push(event);
    else if (!['tg_op', '=', 'or', 'in', '(', ')', ','].includes(token.text.toLowerCase())) return [];
  }
  return found;
}
