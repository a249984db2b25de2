import { defineFramework, inFolder } from '../define.js';
import { byCall, byFile, nameLike, downOfVersion } from '../evidence.js';
import { baseName, directoryOf, type Framework, type Project } from '../framework.js';
import { wholeFile } from '../sections.js';
import { byVersion, namesBehind } from '../version.js';
import type { Span } from '../../sql/span.js';
import type { Comment } from '../../sql/statement.js';
import { split } from '../../sql/split.js';

const versioned = /^V(\d+(?:[._]\d+)*)__.*\.sql$/i;
const undo = /^U(\d+(?:[._]\d+)*)__.*\.sql$/;
const repeatable = /^R__.*\.sql$/;

/** The version of a name of a kind, as Flyway compares them: "2_1" is 2.1, and 01 is 1. */
function versionOf(name: string, kind: RegExp): string | undefined {
  return kind
    .exec(name)?.[1]
    ?.replace(/_/g, '.')
    .replace(/(^|\.)0+(?=\d)/g, '$1');
}

/** What Flyway itself knows to need no transaction: PostgreSQLParser.java. */
const outsideByItself = [
  /^(?:CREATE|DROP) (?:DATABASE|TABLESPACE|SUBSCRIPTION)\b/i,
  /^ALTER SYSTEM\b/i,
  /^(?:CREATE|DROP)(?: UNIQUE)? INDEX CONCURRENTLY\b/i,
  /^REINDEX(?: VERBOSE)? (?:SCHEMA|DATABASE|SYSTEM)\b/i,
  /^VACUUM\b/i,
  /^DISCARD ALL\b/i,
];

/** A piece with a blank where a comment stands. */
function withoutComments(text: string, { start, end }: Span, comments: readonly Comment[]): string {
  let [out, at] = ['', start];
  for (const { span } of comments) {
    if (span.start < at || span.end > end) continue;
    out += `${text.slice(at, span.start)} `;
    at = span.end;
  }
  return out + text.slice(at, end);
}

function needsNone(statement: string): boolean {
  const words = statement
    .replace(/\([^)]*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return outsideByItself.some((form) => form.test(words));
}

/** True where every statement is one that Flyway runs outside a transaction by itself. */
function isOutsideByItself(text: string): boolean {
  if (!/\b(?:concurrently|vacuum|reindex|system|database|tablespace|subscription|discard)\b/i.test(text)) return false;
  const { pieces, comments } = split(text);
  const statements = pieces.filter(({ kind }) => kind === 'statement');
  return statements.length > 0 && statements.every(({ span }) => needsNone(withoutComments(text, span, comments)));
}

const lockNote =
  'set flyway.postgresql.transactional.lock=false. By default Flyway holds a lock in an open transaction, for which this would wait for ever.';

/** Whether the lock of Flyway is not known to be one without a transaction. */
function holdsLock({ root, files }: Project): boolean {
  const configurations = [
    'flyway.conf',
    'flyway.toml',
    'application.properties',
    'application.yml',
    'application.yaml',
  ];
  const found = configurations.flatMap((name) => {
    const path = files.above(root, name, `conf/${name}`);
    return path === undefined ? [] : [files.read(path) ?? ''];
  });
  return !found.some((text) => /transactional[.-]?lock\s*[=:]\s*["']?false/i.test(text));
}

/**
 * flyway/flyway: ResourceNameParser.java, MigrationVersion.java, ParserSqlScript.java, PostgreSQLParser.java,
 * SqlScriptMetadata.java, ChecksumCalculator.java.
 */
export const flyway: Framework = defineFramework({
  id: 'flyway',
  title: 'Flyway',
  commands: ({ name }) => {
    const version = versionOf(`${name}.sql`, versioned)?.replaceAll('_', '.');
    return {
      apply: version === undefined ? 'flyway migrate' : `flyway migrate -target=${version}`,
      afterFailure: 'flyway repair',
      named: 'ApplicationName',
    };
  },
  transaction: 'per-file',
  hashes: true,
  recognise(path, files) {
    const root = directoryOf(path);
    const name = nameLike(path, files, (each) => versioned.test(each) || undo.test(each) || repeatable.test(each));
    // refinery, of Rust, has the same names.
    if (name === undefined || files.dependency(root, 'refinery') !== undefined) return undefined;
    const known = byFile(root, files, ['flyway.conf', 'flyway.toml'], 3) ?? byCall(root, files, /\bflyway\b/i);
    if (known) return known;
    // In Rust there are other runners of such names.
    const isRust = files.above(root, 'Cargo.toml') !== undefined;
    const isJava = files.above(root, 'pom.xml', 'build.gradle', 'build.gradle.kts') !== undefined;
    if (isRust && !isJava) return undefined;
    return { root, because: `${name} is named as Flyway names its files`, strength: 2 };
  },
  directionOf(path) {
    const name = baseName(path);
    if (undo.test(name)) return 'down';
    return versioned.test(name) || repeatable.test(name) ? 'up' : undefined;
  },
  notRun(path, project) {
    const name = baseName(path);
    if (/^B\d+(?:[._]\d+)*__.*\.sql$/.test(name)) return 'is run by Flyway in an empty database only';
    const isClose = /^[VU]\d+(?:[._]\d+)*_[^_].*\.sql$/i.test(name) && flyway.directionOf(path, project) === undefined;
    return isClose ? 'is not run by Flyway, which wants two underscores behind the version' : undefined;
  },
  order: (paths) =>
    [...paths].sort((a, b) => {
      const [one, other] = [baseName(a), baseName(b)];
      const last = Number(repeatable.test(one)) - Number(repeatable.test(other));
      return last || byVersion(one, other);
    }),
  read(path, text, { files }) {
    const side = `${path}.conf`;
    if (/^\s*executeInTransaction\s*=\s*false\b/im.test(files.read(side) ?? ''))
      return wholeFile(text, 'none', baseName(side));
    return isOutsideByItself(text) ? wholeFile(text, 'none') : wholeFile(text, 'per-file');
  },
  outside: (project) => ({
    holds: 'many',
    where: 'to a migration of its own with nothing else in it',
    note: holdsLock(project) ? lockNote : undefined,
  }),
  mark: (path, text) => ({ text, beside: isOutsideByItself(text) ? [] : [sideFile(path)] }),
  nextPaths(slugs, { existing, directory }) {
    const nameOf = namesBehind(existing.map(baseName).filter((name) => versioned.test(name)));
    return slugs.map((slug) => {
      const name = nameOf(slug);
      return inFolder(directory, /^V/i.test(name) ? name : `V${name.replace(/^0*(\d+)_/, '$1__')}`);
    });
  },
  // Undo migrations are not in the edition that most people have: only where there are some already.
  downPath: (path, { files }) =>
    files.names(directoryOf(path)).some((name) => undo.test(name))
      ? downOfVersion(path, files, versionOf(baseName(path), versioned), {
          versionOf: (each) => versionOf(each, undo),
          otherwise: inFolder(directoryOf(path), baseName(path).replace(/^V/i, 'U')),
        })
      : undefined,
  beside: (written) =>
    written.map(({ migration, up, down }) => [
      ...(migration.outside && !isOutsideByItself(up.text) ? [sideFile(up.path)] : []),
      ...(migration.downOutside && down && !isOutsideByItself(down.text) ? [sideFile(down.path)] : []),
    ]),
});

function sideFile(path: string): { path: string; text: string } {
  return { path: `${path}.conf`, text: 'executeInTransaction=false\n' };
}
