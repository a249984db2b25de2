import assert from 'node:assert/strict';
import type { Project, ProjectFiles } from '../../server/src/frameworks/framework.js';
import { frameworkById, recognise } from '../../server/src/frameworks/index.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { filesOf } from '../support/project.js';
import type { Change, Files, Target, Tool } from './contract.js';
import { readFacts } from './facts.js';
import { manifest } from './project.js';
import { tools } from './tools.js';

const target: Target = { url: 'postgres://localhost/x', port: 5432, database: 'x' };

/** Tools whose migrations are programs: Airlock does not read those files. */
const isProgram = (path: string): boolean => !path.endsWith('.sql');

/** A migration in the form of a tool: its path, its text and the project that it stands in. */
function laid(tool: Tool, changes: readonly Change[]): { paths: string[]; files: Files; project: Project | undefined } {
  const files: Record<string, string> = {};
  for (const [path, text] of Object.entries({ ...manifest(tool), ...tool.files(changes, target) }))
    files[`p/${path}`] = text;
  const named: unknown = JSON.parse(files['p/package.json'] ?? '{}');
  const dependencies = Object.entries(Object(Object(named).dependencies));
  const all: ProjectFiles = {
    ...filesOf(files),
    dependency: (_directory, ...names) =>
      dependencies.flatMap(([name, version]) => (names.includes(name) ? [String(version)] : []))[0],
  };
  const framework = frameworkById(tool.id);
  const found = Object.keys(files).map((path) => ({ path, recognition: framework?.recognise(path, all) }));
  const first = found.find(({ recognition }) => recognition)?.recognition;
  if (!framework || !first) return { paths: [], files, project: undefined };
  const project: Project = { ...first, framework, version: first.version, files: all };
  const paths = Object.keys(files).filter(
    (path) => files[path]?.includes('airlock_') && framework.directionOf(path, project) === 'up',
  );
  return { paths, files, project };
}

/** A migration that is found among the files of a project by the word in its text. */
const change = (version: string, outside = false): Change => ({
  version,
  name: 'step',
  up: [`SELECT airlock_${version}`, 'SELECT 1'],
  down: ['SELECT 2'],
  outside,
});

describe('What is said of a migration tool, against what it does', () => {
  before(() => initParser());
  const facts = readFacts();
  const described = tools.filter(({ id, name }) => frameworkById(id) && !name.includes('stand-in'));

  it('looks at the tools that are described', () => {
    assert.ok(described.length > 0);
  });

  for (const tool of described) {
    const row = Object.entries(facts).find(([name]) => name.replace(/ [\d.]\S*$/, '') === tool.name)?.[1] ?? {};
    const one = laid(tool, [change(tool.versions[0])]);

    it(`${tool.name} is recognised`, () => {
      const [path] = one.paths;
      if (!Object.keys(one.files).some((each) => each.endsWith('.sql'))) return;
      assert.ok(path !== undefined && one.project, Object.keys(one.files).join(' '));
      assert.equal(recognise(path, one.project.files).framework.id, tool.id);
    });

    it(`${tool.name}: what a transaction holds`, () => {
      const [path] = one.paths;
      if (path === undefined || !one.project || isProgram(path)) return;
      const [section] = one.project.framework.read(path, one.files[path] ?? '', one.project);
      // Sqitch leaves transactions to the file, and the files of its template begin one.
      assert.equal(section?.scope, tool.id === 'sqitch' ? 'none' : scopeOf(row));
    });

    it(`${tool.name}: what the mark of a file does`, () => {
      const { paths, files, project } = laid(tool, [change(tool.versions[0], true)]);
      const [path] = paths;
      if (path === undefined || !project || isProgram(path) || !tool.hasMark) return;
      const [section] = project.framework.read(path, files[path] ?? '', project);
      const holdsMany = row['marked: SET lock_timeout before CONCURRENTLY'] === 'runs';
      assert.equal(row['marked: CONCURRENTLY alone'], 'runs');
      assert.equal(section?.scope, holdsMany ? 'none' : 'one-query');
    });

    it(`${tool.name}: in which order odd versions run`, () => {
      const { paths, project } = laid(
        tool,
        [...(tool.odd ?? [])].reverse().map((version) => change(version)),
      );
      const ran = row['order of odd versions'] ?? '';
      if (!project || paths.length < 2 || ran.startsWith('fails')) return;
      const order = project.framework.order(paths, project);
      assert.deepEqual(
        order.map((path) => /([\da-f]+)(?:[_-]|\.do\.)step/.exec(path)?.[1] ?? path),
        ran.split(' '),
      );
    });

    it(`${tool.name}: whether it notices that a file was changed`, () => {
      // What is run here, `prisma migrate deploy` and `sqitch deploy`, does not look; `migrate dev` and `check` do.
      if (tool.id === 'prisma' || tool.id === 'sqitch') return;
      const edited = row['comment added to an applied file'] ?? '';
      assert.equal(frameworkById(tool.id)?.hashes, edited.startsWith('fails'));
    });
  }
});

/** What one transaction holds, by what ran and what stayed. */
function scopeOf(row: Readonly<Record<string, string>>): string {
  const runs = (fact: string): boolean => row[fact] === 'runs';
  const stays = (fact: string): boolean => row[fact] === 'first stays';
  if (!runs('CONCURRENTLY alone')) return stays('second file fails') ? 'per-file' : 'all-pending';
  if (stays('second statement of a file fails')) return 'none';
  return runs('CONCURRENTLY beside another statement') ? 'pipeline' : 'one-query';
}
