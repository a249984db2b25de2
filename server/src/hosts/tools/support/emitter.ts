import type { Span } from '../../../sql/span.js';
import { split } from '../../../sql/split.js';
import type { Expression, Text } from '../../code.js';
import type { HostSection, Piece } from '../../migration.js';
import { plainText } from '../../script.js';
import type { Place } from '../../walk.js';
import { builtParts, type Origin } from './origins.js';
import { conditionsIn, type Guard, guarded, mentions, type ReadGuard } from './guards.js';
import { rewordBy, type Wording } from './reword.js';

type Scope = HostSection['scope'];

/** "rows" where no more than rows may be changed. */
type Touches = 'rows' | undefined;

/** True for statements that leave the schema as it is. */
function isOfRows(sql: string): boolean {
  return split(sql).pieces.every(({ span }) =>
    /^\s*(?:--[^\n]*\n\s*)*(?:insert|update|delete|select)\b/i.test(sql.slice(span.start, span.end)),
  );
}

/** Collects what a function sends, in the order in which it sends it. */
export class Emitter {
  private readonly done: HostSection[] = [];
  private pieces: Piece[] = [];
  private scope: Scope;
  private mark: string | undefined;
  private isUnsure = false;
  private isApart = false;
  private readonly said = new Map<string, Touches>();

  constructor(
    private readonly readGuard: ReadGuard,
    private readonly ownScope: Scope = undefined,
    private readonly ownMark: string | undefined = undefined,
  ) {
    this.scope = ownScope;
    this.mark = ownMark;
  }

  /** What follows runs in the transaction of the file, if it has one. */
  reset(): void {
    this.switchTo(this.ownScope, this.ownMark);
  }

  /** The sections so far. */
  sections(): readonly HostSection[] {
    this.cut();
    return this.done;
  }

  /** Runs `run`, whose pieces are a section of their own. */
  within(scope: Scope, mark: string | undefined, run: () => void): void {
    const before = { scope: this.scope, mark: this.mark, isApart: this.isApart };
    this.switchTo(scope, mark, true);
    run();
    this.switchTo(before.scope, before.mark, before.isApart);
  }

  /** Runs `run`, of whose pieces it is not known whether they run. */
  maybe(run: () => void): void {
    const before = this.isUnsure;
    this.isUnsure = true;
    run();
    this.isUnsure = before;
  }

  /**
   * What follows runs in another transaction than what stands before. `isApart`: on a connection that a call has to name,
   * so that none can be written beside it.
   */
  switchTo(scope: Scope, mark: string | undefined, isApart = false): void {
    this.cut();
    this.scope = scope;
    this.mark = mark;
    this.isApart = isApart;
  }

  /** SQL in a string. */
  raw(sql: Text, call: Span, place: Place): void {
    const text = plainText(sql);
    const touches = isOfRows(text) ? 'rows' : undefined;
    const guards = this.guardsOf(place, call, touches);
    if (!guards) return;
    if (!guards.every((guard) => !guard.exists && mentions(text, guard.table))) this.sayGuard(guards, call, touches);
    this.pieces.push({ kind: 'raw', sql, call, statement: this.statementOf(place) });
  }

  /** Statements that a tool makes of a call, each without its semicolon. */
  built(
    statements: readonly string[],
    call: Span,
    place: Place,
    wordings: readonly Wording[] = [],
    origins: readonly Origin[] = [],
  ): void {
    const touches = statements.every(isOfRows) ? 'rows' : undefined;
    const guards = this.guardsOf(place, call, touches);
    if (!guards || statements.length === 0) return;
    const written: string[] = [];
    for (const statement of statements) {
      let sql: string | undefined = statement;
      for (const guard of guards) sql = sql === undefined ? undefined : guarded(sql, guard);
      if (sql === undefined) this.sayGuard(guards, call, touches);
      written.push(sql ?? statement);
    }
    const sql = written.map((each) => `${each};`).join('\n');
    const reword = written.length === 1 && wordings.length > 0 ? rewordBy(written[0] ?? '', wordings) : undefined;
    // What stands elsewhere in the file, a helper or a constant, is no part of the call.
    const parts = builtParts(
      sql,
      origins.filter((each) => each.place.start >= call.start && each.place.end <= call.end),
    );
    this.pieces.push({
      kind: 'built',
      sql,
      call,
      statement: this.statementOf(place),
      ...(reword ? { reword } : {}),
      ...(parts.length > 0 ? { parts } : {}),
    });
  }

  /** What runs, or may run, and cannot be read. */
  unknown(call: Span, reason: string, place?: Place, touches?: Touches): void {
    if (place && !this.guardsOf(place, call, touches)) return;
    this.say(call, reason, touches);
  }

  /** The whole statement may be replaced only where nothing else decides about it. */
  private statementOf({ statement, isRepeated }: Place): Span | undefined {
    return isRepeated || this.isUnsure || this.isApart ? undefined : statement;
  }

  /** The guards before a call, other conditions said; undefined where it never runs on PostgreSQL. */
  private guardsOf(place: Place, call: Span, touches: Touches): readonly Guard[] | undefined {
    const guards: Guard[] = [];
    const open: Expression[] = [];
    for (const each of place.conditions) {
      for (const condition of conditionsIn(each, place.scope, this.readGuard)) {
        if (condition.kind === 'never') return undefined;
        if (condition.kind === 'guard') guards.push(condition.guard);
        else if (condition.kind === 'open') open.push(each);
      }
    }
    for (const each of open)
      this.say(each.span, 'whether the code behind this condition runs is decided when it runs', touches);
    if (this.isUnsure) this.say(call, 'it runs only where another call fails', touches);
    if (place.isRepeated) this.say(call, 'how often it runs is not known', touches);
    return guards;
  }

  private sayGuard(guards: readonly Guard[], call: Span, touches: Touches): void {
    if (guards.length > 0) this.say(call, 'whether it runs hangs on what the database holds', touches);
  }

  /** Said once of a place, and once more where more may be touched than was said. */
  private say(call: Span, reason: string, touches: Touches): void {
    const key = `${call.start} ${reason}`;
    if (this.said.has(key) && (this.said.get(key) === undefined || touches === 'rows')) return;
    this.said.set(key, touches);
    this.pieces.push({ kind: 'unknown', call, reason, ...(touches ? { touches } : {}) });
  }

  private cut(): void {
    if (this.pieces.length > 0) this.done.push({ scope: this.scope, mark: this.mark, pieces: this.pieces });
    this.pieces = [];
  }
}
