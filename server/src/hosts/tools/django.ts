import type { Call, Code, Expression, FunctionValue, Statement } from '../code.js';
import type { HostForm, HostMigration, HostSection, NativeEdit } from '../migration.js';
import { constantsOf, functionOf, itemsOf, pathOf, plainOf, resolved, type Scope } from '../values.js';
import { readPython, withParameters } from './django/python-code.js';
import { ifKnown } from './django/models.js';
import { readOperation } from './django/operations.js';
import type { Sent } from './django/schema.js';
import { type DjangoState, emptyState } from './django/state.js';
import { rewordFlags } from './flags.js';
import { Pieces } from './pieces.js';
import { Arguments, calledName, NotKnown } from './python-arguments.js';
import { pythonString } from './python-form.js';
import { pythonText } from './python-text.js';

export { type DjangoState, emptyState } from './django/state.js';

/** Where a migration stands, and the models as the migrations before it have made them. */
export interface DjangoContext {
  readonly path: string;
  readonly state?: DjangoState | undefined;
}

type ClassStatement = Statement & { readonly kind: 'class' };

/** The application: the folder above migrations/. */
function appOf(path: string): string {
  const parts = path.replaceAll('\\', '/').split('/');
  const at = parts.lastIndexOf('migrations');
  return (at > 0 ? parts[at - 1] : parts.at(-2)) ?? '';
}

function migrationClass(code: Code): ClassStatement | undefined {
  return code.body.find((each): each is ClassStatement => each.kind === 'class' && each.name === 'Migration');
}

/** A migration of Django. Undefined for a file that is none. */
export function readDjango(code: Code, context: DjangoContext): HostMigration | undefined {
  const found = migrationClass(code);
  if (!found) return undefined;
  const reader = new Reader(code, found, appOf(context.path));
  return reader.migration(context.state ?? emptyState);
}

/** The models after a migration: for those that follow. */
export function replayDjango(code: Code, path: string, state: DjangoState): DjangoState {
  const found = migrationClass(code);
  return found ? new Reader(code, found, appOf(path)).after(state) : state;
}

/** An operation with its place in the list. */
interface Entry {
  readonly call: Call;
  /** With its trailing comma; undefined for what is no element of the list itself. */
  readonly statement: { readonly start: number; readonly end: number } | undefined;
}

/** What is to be done in one direction, in its order. */
interface Action {
  readonly entry: Entry;
  readonly run: (later: [Entry, string][]) => void;
}

class Reader {
  private readonly scope: Scope;
  private readonly modules: ReadonlyMap<string, string>;
  private readonly atomic: Expression | undefined;

  constructor(
    private readonly code: Code,
    private readonly found: ClassStatement,
    private readonly app: string,
  ) {
    this.scope = constantsOf(found.body, constantsOf(code.body));
    const imports = code.body.filter((each) => each.kind === 'import');
    this.modules = new Map(imports.flatMap(({ module, names }) => names.map(({ local }) => [local, module] as const)));
    this.atomic = this.own('atomic');
  }

  private own(name: string): Expression | undefined {
    const found = this.found.body.flatMap((each) =>
      each.kind === 'assign' && each.target?.kind === 'name' && each.target.name === name ? [each.value] : [],
    );
    return found.at(-1);
  }

  private get isOutside(): boolean {
    return plainOf(this.atomic, this.scope) === false;
  }

  private newPieces(): Pieces {
    return this.isOutside ? new Pieces(this.code.text, 'none', 'atomic = False') : new Pieces(this.code.text);
  }

  migration(state: DjangoState): HostMigration {
    const operations = this.own('operations');
    const up = this.newPieces();
    const down = this.newPieces();
    const forwards: Action[] = [];
    const backwards: Action[] = [];
    const isReversible = this.collect(operations, state, up, down, forwards, backwards).isReversible;
    return {
      up: this.sections(up, forwards),
      down: isReversible ? this.sections(down, [...backwards].reverse()) : undefined,
      // What takes an operation back is the operation's own.
      isDownDerived: true,
      form: this.form(),
    };
  }

  after(state: DjangoState): DjangoState {
    const pieces = this.newPieces();
    return this.collect(this.own('operations'), state, pieces, pieces, [], []).state;
  }

  /** Runs the actions; what waits for the end of the migration comes behind. */
  private sections(pieces: Pieces, actions: readonly Action[]): readonly HostSection[] {
    const later: [Entry, string][] = [];
    for (const { run } of actions) run(later);
    for (const [{ call }, sql] of later) pieces.built([sql], call, this.place(undefined));
    return pieces.sections();
  }

  private place(statement: Entry['statement']): Parameters<Pieces['built']>[2] {
    return { scope: this.scope, statement, conditions: [], isRepeated: false };
  }

  private collect(
    list: Expression | undefined,
    before: DjangoState,
    up: Pieces,
    down: Pieces,
    forwards: Action[],
    backwards: Action[],
    isStateOnly = false,
  ): { readonly state: DjangoState; readonly isReversible: boolean } {
    let state = before;
    let isReversible = true;
    const found = list && resolved(list, this.scope);
    if (list && found?.kind !== 'list') {
      const span = list.span;
      const entry: Entry = { call: emptyCall(list), statement: undefined };
      const say = (pieces: Pieces): Action => ({
        entry,
        run: () => pieces.unknown('the operations are put together when it runs', { span }, this.place(undefined)),
      });
      forwards.push(say(up));
      backwards.push(say(down));
      return { state, isReversible };
    }
    for (const item of found?.kind === 'list' ? found.items : []) {
      const call = resolved(item, this.scope);
      if (call.kind !== 'call') continue;
      const entry: Entry = { call, statement: item === call ? this.element(call) : undefined };
      const separate =
        calledName(call) === 'SeparateDatabaseAndState' && ifKnown(() => new Arguments(call, this.scope));
      if (separate) {
        const database = separate.at(0, 'database_operations');
        const own = separate.at(1, 'state_operations');
        const run = this.collect(database, state, up, down, forwards, backwards, isStateOnly);
        isReversible &&= run.isReversible;
        state = this.collect(own, state, up, down, [], [], true).state;
        continue;
      }
      const one = this.operation(entry, state, up, down);
      state = one.after;
      if (isStateOnly) continue;
      forwards.push(...one.forwards);
      // All is turned round in the end, and what one operation sends goes in its own order (RunSQL.database_backwards).
      if (one.backwards) backwards.push(...[...one.backwards].reverse());
      else isReversible = false;
    }
    return { state, isReversible };
  }

  /** An element of a list, with the comma behind it where one stands there. */
  private element({ span }: Call): Entry['statement'] {
    const comma = /^\s*,/.exec(this.code.text.slice(span.end, span.end + 200))?.[0] ?? '';
    return { start: span.start, end: span.end + comma.length };
  }

  private operation(
    entry: Entry,
    state: DjangoState,
    up: Pieces,
    down: Pieces,
  ): {
    readonly after: DjangoState;
    readonly forwards: readonly Action[];
    readonly backwards: readonly Action[] | undefined;
  } {
    const { call } = entry;
    const name = calledName(call) ?? '';
    const both = (reason: string): { readonly forwards: readonly Action[]; readonly backwards: readonly Action[] } => ({
      forwards: [{ entry, run: () => up.unknown(reason, call, this.place(entry.statement)) }],
      backwards: [{ entry, run: () => down.unknown(reason, call, this.place(entry.statement)) }],
    });
    try {
      const args = new Arguments(call, this.scope);
      if (name === 'RunSQL') {
        const reverse = args.at(1, 'reverse_sql');
        const own = args.at(2, 'state_operations');
        const after = own ? this.collect(own, state, up, down, [], [], true).state : state;
        const sql = args.at(0, 'sql');
        return {
          after,
          forwards: sql ? this.sqlActions(sql, entry, up) : [],
          backwards:
            reverse && resolved(reverse, this.scope).kind !== 'null'
              ? this.sqlActions(reverse, entry, down)
              : undefined,
        };
      }
      if (name === 'RunPython') {
        const reverse = args.at(1, 'reverse_code');
        const forwards = this.pythonActions(args.at(0, 'code'), entry, up);
        const isGiven = reverse && resolved(reverse, this.scope).kind !== 'null';
        return { after: state, forwards, backwards: isGiven ? this.pythonActions(reverse, entry, down) : undefined };
      }
      const operation = readOperation(call, this.scope, this.code.text, this.app, state);
      if (!operation) return { after: state, ...both(`what ${name} does is not known here`) };
      const { backwards } = operation;
      return {
        after: operation.after,
        forwards: [this.sentAction(operation.forwards, entry, up, this.rewordOf(call, name))],
        backwards: backwards && [this.sentAction(backwards, entry, down, undefined)],
      };
    } catch (error) {
      if (!(error instanceof NotKnown)) throw error;
      return { after: state, ...both(error.message) };
    }
  }

  private sentAction(
    send: () => Sent,
    entry: Entry,
    pieces: Pieces,
    reword: ReturnType<typeof rewordFlags> | undefined,
  ): Action {
    return {
      entry,
      run: (later) => {
        try {
          const { now, later: waiting } = send();
          // What waits for the end comes of the same call: it cannot be replaced as a whole.
          const statement = waiting.length > 0 ? undefined : entry.statement;
          pieces.built(now, entry.call, this.place(statement), reword);
          later.push(...waiting.map((sql): [Entry, string] => [entry, sql]));
        } catch (error) {
          if (!(error instanceof NotKnown)) throw error;
          pieces.unknown(error.message, entry.call, this.place(undefined));
        }
      },
    };
  }

  /** RunSQL: a string, a list of strings and of pairs with parameters, or noop. */
  private sqlActions(sql: Expression, entry: Entry, pieces: Pieces): readonly Action[] {
    const found = resolved(sql, this.scope);
    if (isNoop(found)) return [];
    const items = itemsOf(found, this.scope);
    const statement = items && items.length !== 1 ? undefined : entry.statement;
    return (items ?? [found]).map((item) => ({
      entry,
      run: () => {
        const pair = resolved(item, this.scope);
        const first = pair.kind === 'list' ? pair.items[0] : pair;
        const text = first && pythonText(first, this.scope, this.code.text);
        const isSql = text && text.tag === undefined;
        const parameters = pair.kind === 'list' ? pair.items[1] : undefined;
        const isFilled = parameters !== undefined && resolved(parameters, this.scope).kind !== 'null';
        if (isSql) pieces.raw(isFilled ? withParameters(text) : text, entry.call, this.place(statement));
        else pieces.unknown('its SQL is put together when it runs', entry.call, this.place(entry.statement));
      },
    }));
  }

  private pythonActions(value: Expression | undefined, entry: Entry, pieces: Pieces): readonly Action[] {
    if (!value || isNoop(resolved(value, this.scope))) return [];
    const func = this.functionOf(value);
    return [
      {
        entry,
        run: () => {
          if (func) readPython(func, this.scope, pieces, this.modules, this.code.text);
          else pieces.unknown('what it runs stands in another file', entry.call, this.place(entry.statement));
        },
      },
    ];
  }

  /** A function by its name; one that is wrapped in a call of another is not known. */
  private functionOf(value: Expression): FunctionValue | undefined {
    const path = pathOf(value);
    // `Migration.forwards`, `forwards` of the class.
    const name = path?.at(-1);
    const own = name === undefined ? undefined : this.scope.get(name);
    return functionOf(value, this.scope) ?? (own?.kind === 'function' ? own : undefined);
  }

  private rewordOf(call: Call, name: string): ReturnType<typeof rewordFlags> | undefined {
    const to = (other: string) => () => this.otherOperation(call, other);
    const isIndex = name === 'AddIndex' || name === 'RemoveIndex';
    if (isIndex) return rewordFlags('', { concurrently: to(`${name}Concurrently`), 'if-exists': () => [] });
    return name === 'AddConstraint' ? rewordFlags('', { 'not-valid': to('AddConstraintNotValid') }) : undefined;
  }

  /** The same call by the name of an operation for PostgreSQL, which is imported. */
  private otherOperation(call: Call, name: string): readonly NativeEdit[] {
    const edits: NativeEdit[] = [{ span: call.callee.span, text: name }];
    const imports = this.code.body.filter((each) => each.kind === 'import');
    if (imports.some(({ names }) => names.some(({ local }) => local === name))) return edits;
    const last = imports.at(-1);
    const end = last?.span.end ?? 0;
    const line = `from django.contrib.postgres.operations import ${name}`;
    edits.push({ span: { start: end, end }, text: last ? `\n${line}` : `${line}\n` });
    return edits;
  }

  private form(): HostForm {
    return {
      // A setting has nothing to be taken back, and without a word for that Django takes back nothing of the migration.
      call: (sql, _direction, back = /^(?:SET|RESET)\b/i.test(sql) ? '' : undefined) => {
        const reverse = back === '' ? 'migrations.RunSQL.noop' : back && pythonString(back);
        return `migrations.RunSQL(${pythonString(sql)}${reverse === undefined ? '' : `, reverse_sql=${reverse}`}),`;
      },
      comment: '#',
      // The models have what the operation makes, whoever sends its SQL.
      kept: (statement, indent) =>
        [
          `${indent}migrations.SeparateDatabaseAndState(`,
          `${indent}    state_operations=[`,
          `${indent}        ${statement.replace(/\n(?=[^\n])/g, '\n        ')}`,
          `${indent}    ],`,
          `${indent}),\n`,
        ].join('\n'),
      markOutside: () => {
        if (this.isOutside) return [];
        if (this.atomic) return [{ span: this.atomic.span, text: 'False' }];
        const first = this.found.body[0];
        if (!first) return undefined;
        const { text } = this.code;
        const start = text.lastIndexOf('\n', first.span.start - 1) + 1;
        const indentation = text.slice(start, first.span.start);
        if (indentation.trim() !== '') return undefined;
        return [{ span: { start, end: start }, text: `${indentation}atomic = False\n\n` }];
      },
    };
  }
}

/** migrations.RunSQL.noop, migrations.RunPython.noop, "". */
function isNoop(value: Expression): boolean {
  if (value.kind === 'member') return value.name === 'noop';
  return value.kind === 'text' && value.parts.length === 0;
}

function emptyCall({ span }: Expression): Call {
  return {
    kind: 'call',
    span,
    callee: { kind: 'name', span, name: '' },
    args: [],
    block: undefined,
    isNew: false,
    argumentsSpan: span,
  };
}
