import type { ActionList, FileSide, StatementTest } from '../../../rules/engine/define-rule.js';
import type { Action, ActionKind, ActionOf } from '../sql/action.js';
import { namesIn } from '../sql/action-names.js';
import type { Span } from '../sql/span.js';
import type { ParsedStatement, SqlDocument } from '../sql/statement.js';
import { kindInFile, nameInFile, type Trail } from './trail.js';

/** Things of a file with the offset of the statement that each belongs to, ascending. */
interface Placed<T> {
  readonly offsets: number[];
  readonly items: T[];
}

/** The index of the first offset that is not below `offset`. */
function firstFrom(offsets: readonly number[], offset: number): number {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] as number) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function placeInto<K, T>(map: Map<K, Placed<T>>, key: K, offset: number, item: T): void {
  let placed = map.get(key);
  if (!placed) {
    placed = { offsets: [], items: [] };
    map.set(key, placed);
  }
  placed.offsets.push(offset);
  placed.items.push(item);
}

/** A part of a list, without a copy of it. */
class Part<T> implements ActionList<T> {
  constructor(
    private readonly items: readonly T[],
    private readonly from: number,
    private readonly to: number,
  ) {}

  some(test: (item: T) => boolean): boolean {
    return this.find(test) !== undefined;
  }

  find(test: (item: T) => boolean): T | undefined {
    for (let index = this.from; index < this.to; index++) {
      const item = this.items[index] as T;
      if (test(item)) return item;
    }
    return undefined;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let index = this.from; index < this.to; index++) yield this.items[index] as T;
  }
}

const nothing: Placed<never> = { offsets: [], items: [] };

/**
 * What the statements of a file do, by kind and by the names they use. It is made when a rule first asks, and then
 * an answer costs the logarithm of the file: rules look ahead from every statement.
 */
export class FileIndex {
  private kinds: Map<ActionKind, Placed<Action>> | undefined;
  private names: Map<string, Placed<Action>> | undefined;
  private readonly tests = new Map<StatementTest, Placed<ParsedStatement>>();
  /** Notes what is asked for, where somebody wants to know. */
  trail: Trail | undefined;

  constructor(private readonly document: SqlDocument) {}

  before(span: Span): FileSide {
    return new Side(this, 0, span.start);
  }

  behind(span: Span): FileSide {
    return new Side(this, span.end, Number.POSITIVE_INFINITY);
  }

  between(from: number, to: number): FileSide {
    return new Side(this, from, to);
  }

  byKind(kind: ActionKind): Placed<Action> {
    this.trail?.read(kindInFile(kind));
    if (!this.kinds) {
      const kinds = new Map<ActionKind, Placed<Action>>();
      this.forEachAction((action, offset) => placeInto(kinds, action.kind, offset, action));
      this.kinds = kinds;
    }
    return this.kinds.get(kind) ?? nothing;
  }

  byName(name: string): Placed<Action> {
    this.trail?.read(nameInFile(name));
    if (!this.names) {
      const names = new Map<string, Placed<Action>>();
      this.forEachAction((action, offset) => {
        for (const each of namesIn(action)) placeInto(names, each, offset, action);
      });
      this.names = names;
    }
    return this.names.get(name) ?? nothing;
  }

  /** The statements that pass, DO blocks as a whole. */
  passing(test: StatementTest): Placed<ParsedStatement> {
    const known = this.tests.get(test);
    if (known) return known;
    const placed: Placed<ParsedStatement> = { offsets: [], items: [] };
    for (const { parsed, span } of this.document.statements) {
      if (!test(parsed)) continue;
      placed.offsets.push(span.start);
      placed.items.push(parsed);
    }
    this.tests.set(test, placed);
    return placed;
  }

  private forEachAction(visit: (action: Action, offset: number) => void): void {
    for (const { parsed, span } of this.document.statements) {
      for (const action of parsed.actions) visit(action, span.start);
      for (const { origin, parsed: inner, start } of parsed.embedded) {
        if (origin === 'do') for (const action of inner.actions) visit(action, span.start + start);
      }
    }
  }
}

class Side implements FileSide {
  constructor(
    private readonly index: FileIndex,
    private readonly from: number,
    private readonly to: number,
  ) {}

  actions<K extends ActionKind>(kind: K): ActionList<ActionOf<K>> {
    return this.part(this.index.byKind(kind)) as ActionList<Action> as ActionList<ActionOf<K>>;
  }

  naming(name: string): ActionList<Action> {
    return this.part(this.index.byName(name));
  }

  some(test: StatementTest): boolean {
    return this.first(test) !== undefined;
  }

  statements(test: StatementTest): Iterable<ParsedStatement> {
    this.index.trail?.list(test);
    return this.part(this.index.passing(test));
  }

  until(test: StatementTest): FileSide {
    return new Side(this.index, this.from, this.first(test) ?? this.to);
  }

  behind(test: StatementTest): FileSide {
    const first = this.first(test);
    return new Side(this.index, first === undefined ? this.to : first + 1, this.to);
  }

  /** The offset of the first statement that passes. */
  private first(test: StatementTest): number | undefined {
    this.index.trail?.test(test);
    const { offsets } = this.index.passing(test);
    const offset = offsets[firstFrom(offsets, this.from)];
    return offset !== undefined && offset < this.to ? offset : undefined;
  }

  private part<T>({ offsets, items }: Placed<T>): Part<T> {
    return new Part(items, firstFrom(offsets, this.from), firstFrom(offsets, this.to));
  }
}
