import { Positions } from '../analysis/positions.js';
import { queriesIn } from '../references/queries.js';
import { fileKindOf } from '../references/file-kind.js';
import { type ParameterUse, readParameters } from '../sql/query-parameters.js';
import { parseStatement } from '../sql/parse.js';
import { wayOut } from '../sql/ways-out.js';
import type { CodeFiles } from '../workspace/code-files.js';
import { codePlaceOf } from '../workspace/code-search.js';
import type { Files } from '../workspace/files.js';
import { filesOfGlobs } from '../workspace/migrations.js';
import type { Workspace } from '../workspace/workspace.js';

/** A query or write of the application. */
export interface OldQuery {
  /** As people know the file. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** With $1, $2 … for its values; without the semicolon. */
  readonly text: string;
  readonly parameters: readonly ParameterUse[];
}

export interface OldQueries {
  /** "configured": of the globs of the configuration. "code": strings of the code, whoever runs them. */
  readonly source: 'configured' | 'code';
  readonly queries: readonly OldQuery[];
  /** Those that are put together when they run, or that PostgreSQL's grammar does not read. */
  readonly dynamic: number;
  /** Statements that are no queries, or reach beyond the database. */
  readonly left: number;
  /** True when there are more than are run. */
  readonly isCut: boolean;
  readonly unread: readonly { readonly name: string; readonly message: string }[];
}

/** Where files are listed and read. */
export interface QuerySystem {
  readonly files: Files;
  readonly code: CodeFiles;
}

/** More queries are not run. */
const MOST = 400;

export const noQueries: OldQueries = {
  source: 'code',
  queries: [],
  dynamic: 0,
  left: 0,
  isCut: false,
  unread: [],
};

/**
 * The queries of the application beside a migration: those that the configuration names, else the complete statements in
 * strings of the code. In steps, so that whoever must not wait long does something else between two of them.
 */
export function* queriesFor(
  workspace: Workspace,
  path: string,
  { files, code }: QuerySystem,
): Generator<void, OldQueries, void> {
  const { config, root } = workspace.configFor(path);
  const globs = config.rehearsal.queries;
  const gathered = new Gathered(globs ? 'configured' : 'code');
  if (globs && root !== undefined) {
    for (const each of filesOfGlobs(root, globs, files)) {
      yield;
      const text = workspace.textOf(each);
      const name = each.startsWith(`${root}/`) ? each.slice(root.length + 1) : each;
      if (typeof text === 'string') gathered.add(each, name, text);
      else gathered.unread.push({ name, message: text.message });
    }
    return gathered.all;
  }
  const place = config.code.search ? codePlaceOf(path, config, root, files) : undefined;
  if (!place) return gathered.all;
  const migrations = new Set(workspace.migrationsWith(path));
  const listing = yield* code.list(place);
  for (const file of listing.files) {
    yield;
    if (fileKindOf(file.name) !== 'code' || migrations.has(file.path) || gathered.isFull) continue;
    const isSql = file.name.endsWith('.sql');
    if (isSql && (workspace.isDown(file.path) || workspace.looksLikeMigration(file.path, file.name))) continue;
    const text = code.read(file.path);
    if (text !== undefined) gathered.add(file.path, file.name, text);
  }
  return gathered.all;
}

class Gathered {
  readonly unread: { readonly name: string; readonly message: string }[] = [];
  private readonly queries: OldQuery[] = [];
  private readonly known = new Set<string>();
  private dynamic = 0;
  private left = 0;
  private isCut = false;

  constructor(private readonly source: OldQueries['source']) {}

  get isFull(): boolean {
    return this.isCut;
  }

  add(path: string, name: string, text: string): void {
    const found = queriesIn(path, text);
    this.dynamic += found.dynamic;
    this.left += found.others;
    const positions = new Positions(text);
    for (const query of found.queries) {
      const key = query.text.replace(/\s+/g, ' ');
      if (this.known.has(key)) continue;
      if (this.queries.length >= MOST) {
        this.isCut = true;
        return;
      }
      this.known.add(key);
      const read = readParameters(query.text);
      if (!read || wayOut(parseStatement(query.text)) !== undefined) this.left += 1;
      else {
        const line = positions.range({ start: query.start, end: query.start }).start.line + 1;
        this.queries.push({ file: name, line, text: query.text, parameters: read.uses });
      }
    }
  }

  get all(): OldQueries {
    const { source, queries, dynamic, left, isCut, unread } = this;
    return { source, queries, dynamic, left, isCut, unread };
  }
}

/** The same at once. */
export function queriesNow(workspace: Workspace, path: string, system: QuerySystem): OldQueries {
  const running = queriesFor(workspace, path, system);
  for (;;) {
    const step = running.next();
    if (step.done) return step.value;
  }
}
