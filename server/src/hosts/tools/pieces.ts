import type { Span } from '../../sql/span.js';
import type { Call, Text } from '../code.js';
import type { HostSection, NativeEdit, Piece } from '../migration.js';
import type { Place } from '../walk.js';
import { guarded, judgeConditions } from './guards.js';
import { unplaced } from './placed.js';

type Reword = (wanted: string) => readonly NativeEdit[] | undefined;

/** Collects what one function sends, in order. */
export class Pieces {
  private readonly done: HostSection[] = [];
  private current: Piece[] = [];
  private scope: HostSection['scope'];
  private mark: string | undefined;
  private readonly doubted = new Set<string>();

  /** `scope` and `mark`: of the sections that are not opened by `within`. */
  constructor(
    private readonly source: string,
    private readonly outerScope: HostSection['scope'] = undefined,
    private readonly outerMark: string | undefined = undefined,
  ) {
    this.scope = outerScope;
    this.mark = outerMark;
  }

  /** SQL as it stands in a string. */
  raw(sql: Text, call: Call, place: Place): void {
    const touches = changesRows([sql.parts.map((part) => (part.kind === 'value' ? 'x' : part.text)).join('')]);
    const verdict = this.verdict(place, call, touches);
    if (verdict === 'never') return;
    if (verdict !== 'always') this.doubt(place, call, touches);
    this.current.push({ kind: 'raw', sql, call: call.span, statement: place.statement });
  }

  /** Statements that a call stands for, without semicolons. None: it sends nothing. */
  built(statements: readonly string[], call: Call, place: Place, reword?: Reword): void {
    const touches = changesRows(statements);
    const verdict = this.verdict(place, call, touches);
    if (verdict === 'never' || statements.length === 0) return;
    const written =
      verdict === 'if-absent' || verdict === 'if-present' ? statements.map((sql) => guarded(sql, verdict)) : statements;
    const known = written.flatMap((sql) => sql ?? []);
    const isKnown = verdict !== 'unknown' && known.length === statements.length;
    if (!isKnown) this.doubt(place, call, touches);
    const { sql, parts } = unplaced((isKnown ? known : statements).map((each) => `${each};`).join('\n'));
    this.current.push({ kind: 'built', sql, call: call.span, statement: place.statement, reword, parts });
  }

  /** What cannot be read. `touches`: "rows" for code that changes rows and nothing else. */
  unknown(reason: string, call: Pick<Call, 'span'>, place: Pick<Place, 'conditions'>, touches?: 'rows'): void {
    if (judgeConditions(place.conditions, this.source) === 'never') return;
    this.current.push({ kind: 'unknown', call: call.span, reason, touches });
  }

  /** What is collected in `body` runs in a section of its own. */
  within(scope: HostSection['scope'], mark: string, body: () => void): void {
    this.close();
    this.scope = scope;
    this.mark = mark;
    body();
    this.close();
    this.scope = this.outerScope;
    this.mark = this.outerMark;
  }

  sections(): readonly HostSection[] {
    this.close();
    return this.done.length > 0 ? this.done : [{ scope: this.scope, mark: this.mark, pieces: [] }];
  }

  private close(): void {
    if (this.current.length > 0) this.done.push({ scope: this.scope, mark: this.mark, pieces: this.current });
    this.current = [];
  }

  private verdict(place: Place, call: Call, touches: 'rows' | undefined): ReturnType<typeof judgeConditions> {
    const verdict = judgeConditions(place.conditions, this.source);
    if (verdict !== 'never' && place.isRepeated)
      this.doubtAt(call.span, 'how often it runs is decided when it runs', touches);
    return verdict;
  }

  /** Says once of a condition that nobody knows whether it holds. */
  private doubt(place: Place, call: Call, touches: 'rows' | undefined): void {
    const condition = place.conditions.at(-1);
    this.doubtAt(condition?.span ?? call.span, 'whether this runs is decided when it runs', touches);
  }

  private doubtAt(span: Span, reason: string, touches: 'rows' | undefined): void {
    const key = `${span.start} ${touches}`;
    if (this.doubted.has(key)) return;
    this.doubted.add(key);
    this.current.push({ kind: 'unknown', call: span, reason, touches });
  }
}

/** "rows" for SQL that changes or reads rows and nothing else. */
function changesRows(statements: readonly string[]): 'rows' | undefined {
  const isData = statements.every(
    (sql) => /^\s*(?:--[^\n]*\n\s*)*(?:INSERT|UPDATE|DELETE|SELECT)\b/i.test(sql) && !/;\s*\S/.test(sql),
  );
  return isData ? 'rows' : undefined;
}
