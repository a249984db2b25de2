import type { Call, Expression, FunctionValue, Statement } from '../../code.js';
import type { HostSection } from '../../migration.js';
import { functionOf, joinedText, resolved, type Scope } from '../../values.js';
import { negated, type Place, walkFunction } from '../../walk.js';
import { NotKnown } from '../not-known.js';
import { Pieces } from '../pieces.js';
import { splitArguments } from './arguments.js';
import { changeTableSql } from './change-table.js';
import { type Command, canonicalName } from './command.js';
import { inverseOf } from './inverse.js';
import { changesRowsOnly, mayChangeRows, rootConstant, updateAllSql } from './models.js';
import type { RailsVersion } from './names.js';
import { rewordCommand } from './reword.js';
import { commandSql } from './sql.js';

/** What is known of a migration before its functions are read. */
export interface KnownOfMigration {
  readonly source: string;
  readonly version: RailsVersion;
  readonly tables: ReadonlyMap<string, string>;
  readonly scope: HostSection['scope'];
  readonly mark: string | undefined;
}

const commands = new Set(
  (
    'create_table create_join_table drop_table drop_join_table change_table rename_table add_column add_columns ' +
    'remove_column remove_columns rename_column change_column change_column_default change_column_null ' +
    'change_column_comment change_table_comment add_reference remove_reference add_index remove_index rename_index ' +
    'add_foreign_key remove_foreign_key validate_foreign_key add_check_constraint remove_check_constraint ' +
    'validate_check_constraint validate_constraint add_exclusion_constraint remove_exclusion_constraint ' +
    'add_unique_constraint remove_unique_constraint add_timestamps remove_timestamps enable_extension ' +
    'disable_extension create_enum drop_enum rename_enum add_enum_value rename_enum_value create_schema drop_schema create_view drop_view update_view replace_view'
  ).split(' '),
);

const executing = new Set([
  'execute',
  'exec_update',
  'exec_query',
  'exec_delete',
  'exec_insert',
  'update',
  'delete',
  'insert',
]);
const reading =
  /^(?:select_\w+|quote\w*|sanitize_\w+|connection|tables|indexes|columns|foreign_keys|say|puts|print|p|pp|warn)$/;
const transparent = new Set([
  'safety_assured',
  'say_with_time',
  'suppress_messages',
  'transaction',
  'reversible',
  'with_lock_retries',
  'loop',
  'lambda',
  'proc',
  'tap',
]);
const harmless = new Set([
  'require',
  'require_relative',
  'sleep',
  'format',
  'private',
  'include',
  'extend',
  'super',
  'block_given?',
  'freeze',
  'binding',
  'Integer',
  'Float',
  'String',
  'Array',
  'Hash',
  'rand',
  'at_exit',
  'caller',
  'verbose',
  'write',
  'announce',
]);
/** Run at once while a `change` is undone: Rails records them not. */
const atOnce = /^validate_|^(?:create|drop)_schema$/;

type WalkInto = (func: FunctionValue, args?: readonly Expression[]) => void;

/** Reads the functions of a migration. */
export class RailsReader {
  private readonly pieces: Pieces;
  /** While a `change` is undone: what is to be done, last first. */
  private later: (() => void)[] | undefined;
  private isIrreversible = false;
  private directions = 0;
  /** What has to hold for the method not to have been left. */
  private readonly left: Expression[] = [];

  constructor(
    private readonly known: KnownOfMigration,
    private readonly scope: Scope,
  ) {
    this.pieces = new Pieces(known.source, known.scope, known.mark);
  }

  /** What a function sends; undefined where Rails refuses to undo it, so that nothing runs. */
  read(func: FunctionValue, direction: 'forward' | 'reverse'): readonly HostSection[] | undefined {
    const visitor = {
      call: (call: Call, place: Place, walkInto: WalkInto): boolean => this.call(call, place, walkInto),
      statement: (statement: Statement): boolean => this.statement(statement),
    };
    if (direction === 'forward') walkFunction(func, this.scope, visitor);
    else this.reversed(() => walkFunction(func, this.scope, visitor));
    return this.isIrreversible ? undefined : this.pieces.sections();
  }

  /** Does what `body` does backwards. */
  private reversed(body: () => void): void {
    const outer = this.later;
    const actions: (() => void)[] = [];
    this.later = actions;
    body();
    this.later = outer;
    const run = (): void => {
      for (const action of [...actions].reverse()) action();
    };
    if (outer) outer.push(run);
    else run();
  }

  /** Does what `body` does as it stands, when its turn comes. */
  private forwards(body: () => void): void {
    const run = (): void => {
      const outer = this.later;
      this.later = undefined;
      body();
      this.later = outer;
    };
    if (this.later) this.later.push(run);
    else run();
  }

  private call(call: Call, at: Place, walkInto: WalkInto): boolean {
    const { callee } = call;
    const place = this.left.length > 0 ? { ...at, conditions: [...at.conditions, ...this.left] } : at;
    if (callee.kind === 'name') return this.named(call, callee.name, place, walkInto);
    if (callee.kind !== 'member') return false;
    const { name, object } = callee;
    if (isConnection(object)) return this.named(call, name, place, walkInto);
    if ((name === 'up' || name === 'down') && call.block && object.kind === 'name') {
      const { block } = call;
      if ((name === 'down') === (this.later !== undefined))
        this.forwards(() => this.inDirection(() => walkInto(block)));
      return true;
    }
    return this.model(call, place);
  }

  /** `return if …` in such a block leaves the whole method. */
  private inDirection(body: () => void): void {
    this.directions++;
    body();
    this.directions--;
  }

  private statement(statement: Statement): boolean {
    if (this.directions > 0 && statement.kind === 'if' && statement.otherwise.length === 0) {
      const last = statement.then.at(-1);
      if (last?.kind === 'return' && last.value === undefined) this.left.push(negated(statement.condition));
    }
    return false;
  }

  private named(call: Call, name: string, place: Place, walkInto: WalkInto): boolean {
    const command = canonicalName(name);
    if (commands.has(command)) return this.command(call, command, place);
    if (executing.has(name)) return this.execute(call, place);
    if (name === 'up_only' && call.block) {
      const { block } = call;
      if (!this.later) walkInto(block);
      return true;
    }
    if (name === 'revert' && call.block) {
      const { block } = call;
      if (this.later) this.forwards(() => walkInto(block));
      else this.reversed(() => walkInto(block));
      return true;
    }
    if (name === 'raise' || name === '===' || reading.test(name)) return true;
    const isKnown =
      transparent.has(name) ||
      harmless.has(name) ||
      name.endsWith('?') ||
      functionOf({ kind: 'name', span: call.span, name }, place.scope);
    if (isKnown || place.scope.has(name) || call.callee.kind === 'member') return false;
    if (!place.statement && !call.block && call.args.length === 0) return false;
    this.pieces.unknown(
      name === 'revert' ? 'another migration is undone' : `what ${name} does is not known here`,
      call,
      place,
    );
    return call.block === undefined;
  }

  private command(call: Call, name: string, place: Place): boolean {
    try {
      const { positional, options } = splitArguments(call.args, place.scope);
      const command: Command = { name, positional, options, block: call.block, call, place };
      if (!this.later || atOnce.test(name)) this.send(command, true);
      else {
        const inverse = inverseOf(command, this.known.source);
        if (inverse)
          this.later.push(() => {
            for (const each of inverse) this.send(each, false);
          });
        else this.isIrreversible = true;
      }
    } catch (error) {
      if (!(error instanceof NotKnown)) throw error;
      const { message } = error;
      const say = (): void => this.pieces.unknown(message, call, place);
      if (this.later) this.later.push(say);
      else say();
    }
    return true;
  }

  /** `isOwn`: the call says it, so that it may be changed there. */
  private send(command: Command, isOwn: boolean): void {
    const { call, name } = command;
    const place = isOwn ? command.place : { ...command.place, statement: undefined };
    const { source, version } = this.known;
    try {
      const statements =
        name === 'change_table' ? changeTableSql(command, source, version) : commandSql(command, source, version);
      if (!statements) throw new NotKnown(`what ${name} does is not known here`);
      const lacksForm =
        /^add_(?:foreign_key|check_constraint)$/.test(name) && command.options.flag('if_not_exists') === true;
      if (lacksForm) this.pieces.unknown('whether this runs is decided when it runs', call, place);
      this.pieces.built(statements, call, place, isOwn ? rewordCommand(name, call, statements) : undefined);
    } catch (error) {
      if (!(error instanceof NotKnown)) throw error;
      this.pieces.unknown(error.message, call, place);
    }
  }

  private execute(call: Call, place: Place): boolean {
    const [first] = call.args;
    if (!first || first.name !== undefined) return false;
    if (this.later && call.callee.kind === 'name') {
      this.isIrreversible = true;
      return true;
    }
    const text = joinedText(first.value, place.scope);
    if (text) this.pieces.raw(text, call, place);
    else this.pieces.unknown(reasonFor(resolved(first.value, place.scope)), call, place);
    return true;
  }

  private model(call: Call, place: Place): boolean {
    const root = rootConstant(call.callee);
    if (root === undefined || !mayChangeRows(call, root)) return false;
    const sql = updateAllSql(call, this.known.tables, place.scope);
    if (sql === undefined)
      this.pieces.unknown(`${root} changes rows when it runs`, call, place, changesRowsOnly(call) ? 'rows' : undefined);
    else this.pieces.built([sql], call, place);
    return true;
  }
}

/** `connection`, `ActiveRecord::Base.connection`, `self`. */
function isConnection(object: Expression): boolean {
  if (object.kind === 'name') return /^(?:connection|conn|self)$/.test(object.name);
  if (object.kind === 'member') return object.name === 'connection';
  if (object.kind !== 'call' || object.args.length > 0) return false;
  const { callee } = object;
  return /^(?:connection|lease_connection|raw_connection)$/.test(
    callee.kind === 'name' || callee.kind === 'member' ? callee.name : '',
  );
}

function reasonFor(value: Expression): string {
  const isFile =
    value.kind === 'call' && value.callee.kind === 'member' && /^(?:read|read_file|readlines)$/.test(value.callee.name);
  return isFile ? 'its SQL stands in another file' : 'its SQL is put together when it runs';
}
