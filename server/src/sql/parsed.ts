import type { Node } from '@pgsql/types';
import type { Action } from './action.js';
import type { ColumnUse, StrayName } from './column-uses.js';
import { lex, type Token } from './lexer.js';
import { parsePostgres } from './postgres-parser.js';
import type { DynamicSql, EmbeddedStatement, ParsedStatement, SyntaxProblem } from './statement.js';
import type { VersionUse } from './versions/features.js';

/**
 * A statement in the cache. Its tree and its tokens are several times as large as its text and are quickly made
 * again, so they are not kept; of a large workspace only texts and actions stay in memory.
 */
export class Parsed implements ParsedStatement {
  private tree: WeakRef<Node> | undefined;
  private lexed: WeakRef<readonly Token[]> | undefined;

  constructor(
    readonly written: string,
    readonly text: string,
    /** What the parser reads: the text with its placeholders replaced. */
    readonly source: string,
    readonly tag: string,
    readonly problem: SyntaxProblem | undefined,
    readonly actions: readonly Action[],
    readonly columnUses: readonly ColumnUse[],
    readonly strayNames: readonly StrayName[],
    readonly versionUses: readonly VersionUse[],
    readonly embedded: readonly EmbeddedStatement[],
    readonly dynamic: readonly DynamicSql[],
  ) {}

  get node(): Node | undefined {
    if (this.tag === '') return undefined;
    const kept = this.tree?.deref();
    if (kept) return kept;
    const { node } = parsePostgres(this.source);
    if (node) this.tree = new WeakRef(node);
    return node;
  }

  tokens(): readonly Token[] {
    const kept = this.lexed?.deref();
    if (kept) return kept;
    const tokens = lex(this.source);
    this.lexed = new WeakRef(tokens);
    return tokens;
  }
}
