import { defineFramework, inFolder } from '../define.js';
import { byDependency, byFile } from '../evidence.js';
import { baseName, directoryOf } from '../framework.js';
import { wholeFile } from '../sections.js';
import { byVersion, namesBehind } from '../version.js';
import { parseDocument } from '../../sql/parse.js';

const versioned = /^V(\d+(?:[._]\d+)*)__.*\.sql$/i;
const undo = /^U(\d+(?:[._]\d+)*)__.*\.sql$/;
const repeatable = /^R__.*\.sql$/;

/** What Flyway itself knows to need no transaction: PostgreSQLParser.java. */
const outsideByItself = [
  /^(?:CREATE|DROP) (?:DATABASE|TABLESPACE|SUBSCRIPTION)\b/i,
  /^ALTER SYSTEM\b/i,
  /^(?:CREATE|DROP)(?: UNIQUE)? INDEX CONCURRENTLY\b/i,
  /^REINDEX(?: VERBOSE)? (?:SCHEMA|DATABASE|SYSTEM)\b/i,
  /^VACUUM\b/i,
  /^DISCARD ALL\b/i,
];

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
  const { statements } = parseDocument(text);
  return statements.length > 0 && statements.every(({ parsed }) => needsNone(parsed.text));
}

/**
 * flyway/flyway: ResourceNameParser.java, MigrationVersion.java, ParserSqlScript.java, PostgreSQLParser.java,
 * SqlScriptMetadata.java, ChecksumCalculator.java.
 */
export const flyway = defineFramework({
  id: 'flyway',
  title: 'Flyway',
  transaction: 'per-file',
  hashes: true,
  recognise(path, files) {
    const directory = directoryOf(path);
    const name = baseName(path);
    if (!versioned.test(name) && !undo.test(name) && !repeatable.test(name)) return undefined;
    // refinery, of Rust, has the same names.
    if (files.dependency(directory, 'refinery') !== undefined) return undefined;
    return (
      byFile(directory, files, ['flyway.conf', 'flyway.toml'], 3) ??
      byDependency(directory, files, ['flyway'], 3) ?? {
        root: directory,
        because: `${name} is named as Flyway names its files`,
        strength: 2,
      }
    );
  },
  directionOf(path) {
    const name = baseName(path);
    if (undo.test(name)) return 'down';
    return versioned.test(name) || repeatable.test(name) ? 'up' : undefined;
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
  outside: () => ({
    holds: 'many',
    where:
      'to a migration of its own with nothing else in it, and set flyway.postgresql.transactional.lock=false: the lock that Flyway holds would make it wait for ever',
  }),
  mark: (path, text) => ({ text, beside: isOutsideByItself(text) ? [] : [sideFile(path)] }),
  nextPaths(slugs, { existing, directory }) {
    const nameOf = namesBehind(existing.map(baseName).filter((name) => versioned.test(name)));
    return slugs.map((slug) => {
      const name = nameOf(slug);
      return inFolder(directory, /^V/i.test(name) ? name : `V${name.replace(/^0*(\d+)_/, '$1__')}`);
    });
  },
  downPath: (path) => inFolder(directoryOf(path), baseName(path).replace(/^V/i, 'U')),
  beside: (written) =>
    written.map(({ migration, up }) => (migration.outside && !isOutsideByItself(up.text) ? [sideFile(up.path)] : [])),
});

function sideFile(path: string): { path: string; text: string } {
  return { path: `${path}.conf`, text: 'executeInTransaction=false\n' };
}
