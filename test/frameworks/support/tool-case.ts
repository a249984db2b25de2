import assert from 'node:assert/strict';
import { initParser } from '../../../server/src/sql/postgres-parser.js';
import type {
  Framework,
  NewMigration,
  Outside,
  Project,
  ProjectFiles,
  TransactionScope,
} from '../../../server/src/frameworks/framework.js';
import { directoryOf } from '../../../server/src/frameworks/framework.js';

/** The files of a project in memory, and the packages that it names. */
export class MemoryProject implements ProjectFiles {
  constructor(
    readonly texts: Readonly<Record<string, string>>,
    readonly packages: Readonly<Record<string, string>> = {},
  ) {}

  read(path: string): string | undefined {
    return this.texts[path];
  }

  exists(path: string): boolean {
    return Object.keys(this.texts).some((each) => each === path || each.startsWith(`${path}/`));
  }

  names(directory: string): readonly string[] {
    const start = `${directory}/`;
    const below = Object.keys(this.texts).filter((path) => path.startsWith(start));
    return [...new Set(below.map((path) => path.slice(start.length).split('/')[0] ?? ''))];
  }

  above(directory: string, ...names: string[]): string | undefined {
    for (const name of names) {
      for (let at = directory; at !== ''; at = directoryOf(at)) {
        if (this.texts[`${at}/${name}`] !== undefined) return `${at}/${name}`;
      }
    }
    return undefined;
  }

  dependency(_directory: string, ...names: string[]): string | undefined {
    return names.map((name) => this.packages[name]).find((version) => version !== undefined);
  }
}

/** What a tool has to say of a project. */
export interface ToolCase {
  readonly files: Readonly<Record<string, string>>;
  readonly packages?: Readonly<Record<string, string>>;
  readonly root: string;
  /** A part of the reason. */
  readonly because: string;
  readonly version?: string;
  /** The ways up, in the order in which they run. */
  readonly order: readonly string[];
  readonly downs?: readonly string[];
  /** What stands there and is not run. */
  readonly notRun?: readonly string[];
  /** Of some of them: a part of the reason. */
  readonly reasons?: Readonly<Record<string, string>>;
  /** Direction, transaction and mark of the sections of a file. */
  readonly sections: Readonly<Record<string, readonly (readonly [string, TransactionScope, string?])[]>>;
  readonly holds: Outside['holds'];
  /** Two new migrations: their paths. */
  readonly next: readonly string[];
  /** A concurrent index as the tool wants it: all the files that are written. */
  readonly written: Readonly<Record<string, string>>;
  /** The way back of the last migration: all the files that are written. */
  readonly rollback: Readonly<Record<string, string>>;
  /** True where a new file is not run, and has no place, before a list of the tool names it. */
  readonly isListed?: boolean;
  /** Files of other projects, with the packages that those name: this tool is none of theirs. */
  readonly silent: readonly {
    readonly files: Readonly<Record<string, string>>;
    readonly packages?: Record<string, string>;
  }[];
}

export const now = Date.UTC(2026, 10, 29, 12, 0, 0);

export const concurrentIndex: NewMigration = {
  slug: 'index_orders',
  up: 'CREATE INDEX CONCURRENTLY orders_at ON orders (at);\n',
  down: 'DROP INDEX CONCURRENTLY IF EXISTS orders_at;\n',
  outside: true,
  downOutside: true,
};

/** The project of a tool, as recognised from one of its files. */
export function projectOf(tool: Framework, path: string, files: ProjectFiles): Project {
  const found = tool.recognise(path, files);
  assert.ok(found, `${path} is not recognised`);
  return {
    framework: tool,
    files,
    root: found.root,
    because: found.because,
    strength: found.strength,
    version: found.version,
  };
}

/** Checks a tool against what is said of a project. */
export function checkTool(tool: Framework, expected: ToolCase): void {
  before(initParser);

  const files = new MemoryProject(expected.files, expected.packages);
  const [first = ''] = expected.order;
  const project = projectOf(tool, first, files);

  it('is recognised, and says why', () => {
    for (const path of expected.order) assert.equal(tool.recognise(path, files)?.root, expected.root, path);
    assert.ok(project.because.includes(expected.because), project.because);
    assert.equal(project.version, expected.version);
  });

  it('is not seen where another tool is at home', () => {
    for (const { files: texts, packages } of expected.silent) {
      const other = new MemoryProject(texts, packages);
      for (const path of Object.keys(texts)) {
        const found = tool.recognise(path, other);
        const isRun = found && tool.directionOf(path, { ...project, ...found, version: undefined, files: other });
        assert.equal(isRun, undefined, `${path}: ${found?.because}`);
      }
    }
  });

  it('runs the files in its own order, and no other ones', () => {
    assert.deepEqual(tool.order([...expected.order].reverse(), project), expected.order);
    for (const path of expected.order) assert.equal(tool.directionOf(path, project), 'up', path);
    for (const path of expected.downs ?? []) assert.equal(tool.directionOf(path, project), 'down', path);
    for (const path of expected.notRun ?? []) assert.equal(tool.directionOf(path, project), undefined, path);
    for (const [path, words] of Object.entries(expected.reasons ?? {})) {
      assert.ok(tool.notRun?.(path, project)?.includes(words), path);
    }
    for (const path of expected.order) assert.equal(tool.notRun?.(path, project), undefined, path);
  });

  it('reads directions and transactions', () => {
    for (const [path, sections] of Object.entries(expected.sections)) {
      const text = expected.files[path] ?? '';
      const read = tool.read(path, text, project);
      assert.deepEqual(
        read.map(({ direction, scope, mark }) => (mark === undefined ? [direction, scope] : [direction, scope, mark])),
        sections,
        path,
      );
      let at = 0;
      for (const { span } of read) {
        assert.ok(span.start >= at && span.end >= span.start && span.end <= text.length, path);
        at = span.end;
      }
    }
  });

  it('knows how a concurrent index runs', () => {
    assert.equal(tool.outside(project).holds, expected.holds);
  });

  it('names new migrations behind all others', () => {
    const place = { project, existing: expected.order, directory: directoryOf(expected.order.at(-1) ?? ''), now };
    assert.deepEqual(tool.nextPaths(['one', 'two'], place), expected.next);
    if (expected.isListed) return;
    const all = [...expected.order, ...expected.next];
    assert.deepEqual(tool.order([...all].reverse(), project).slice(-expected.next.length), expected.next);
  });

  it('writes a migration that runs outside a transaction', () => {
    const place = { project, existing: expected.order, directory: directoryOf(expected.order.at(-1) ?? ''), now };
    const [made] = tool.write([concurrentIndex], place);
    assert.ok(made);
    const written = [made.up, ...(made.down ? [made.down] : []), ...made.beside];
    assert.deepEqual(Object.fromEntries(written.map(({ path, text }) => [path, text])), expected.written);
    if (expected.holds === 'nothing') return;
    // What was written is read as meant.
    const after = new MemoryProject({ ...expected.files, ...expected.written }, expected.packages);
    const [section] = tool.read(made.up.path, made.up.text, { ...project, files: after });
    assert.notEqual(section?.scope, 'per-file');
    assert.notEqual(section?.scope, 'all-pending');
  });

  it('writes the way back of a migration that is there', () => {
    const path = expected.order.at(-1) ?? '';
    const migration = { path, text: expected.files[path] ?? '' };
    const { file, beside } = tool.rollback(migration, { sql: 'DROP TABLE orders;\n', outside: false }, project);
    const written = [file, ...beside];
    assert.deepEqual(Object.fromEntries(written.map((each) => [each.path, each.text])), expected.rollback);
  });
}
