import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'jsonc-parser';
import { Folder } from '../support/folder.js';

const root = path.resolve(__dirname, '..', '..', '..');
const textOf = (file: string): string => fs.readFileSync(path.join(root, file), 'utf8');
const workflows = fs.readdirSync(path.join(root, '.github', 'workflows')).map((file) => `.github/workflows/${file}`);

interface Launch {
  readonly configurations: readonly {
    readonly name: string;
    readonly port?: number;
    readonly preLaunchTask?: string;
    readonly program?: string;
  }[];
  readonly compounds: readonly { readonly name: string; readonly configurations: readonly string[] }[];
}

describe('the house', () => {
  it('debugs what is there: tasks, files, and the port that the client gives the server', () => {
    const launch = parse(textOf('.vscode/launch.json')) as Launch;
    const tasks = parse(textOf('.vscode/tasks.json')) as { readonly tasks: readonly { readonly label: string }[] };
    const labels = tasks.tasks.map(({ label }) => label);
    const names = launch.configurations.map(({ name }) => name);
    for (const { configurations } of launch.compounds)
      for (const name of configurations) assert.ok(names.includes(name));
    for (const { preLaunchTask, program } of launch.configurations) {
      if (preLaunchTask !== undefined) assert.ok(labels.includes(preLaunchTask), preLaunchTask);
      const file = program?.replace(/^\$\{workspaceFolder\}\//, '');
      if (file !== undefined) assert.ok(fs.existsSync(path.join(root, file)), file);
    }
    const port = launch.configurations.find(({ name }) => name === 'Server')?.port;
    assert.ok(textOf('client/src/extension.ts').includes(`--inspect=${port}`));
  });

  it('runs actions by their hash, without rights that a job does not name', () => {
    for (const file of workflows) {
      const text = textOf(file);
      assert.match(text, /^permissions: \{\}$/m, file);
      for (const [, action] of text.matchAll(/uses: (\S+)/g)) assert.match(action ?? '', /@[0-9a-f]{40}$/, file);
      for (const [step] of text.matchAll(/uses: actions\/checkout@[^\n]*(?:\n {8,}[^\n]*)*/g))
        assert.match(step, /persist-credentials: false/, file);
    }
  });

  it('calls scripts that package.json has', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
    for (const file of [...workflows, 'CONTRIBUTING.md', 'README.md', '.vscode/tasks.json'])
      for (const [, script] of textOf(file).matchAll(/npm run ([\w:-]+)/g))
        assert.ok(script && scripts[script], script);
  });

  it('names no machine and no registry in what is installed', () => {
    const lock = textOf('package-lock.json');
    assert.doesNotMatch(lock, /"resolved"/);
    for (const file of [...workflows, '.vscode/launch.json', '.vscode/tasks.json', 'package.json'])
      assert.doesNotMatch(textOf(file), /registry\.|\/home\/|\/Users\/|[A-Z]:\\\\/, file);
  });

  it('puts the programs into the npm package and no sources', () => {
    const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    const [packed] = JSON.parse(stdout) as { readonly files: readonly { readonly path: string }[] }[];
    const files = (packed?.files ?? []).map((file) => file.path).sort();
    assert.deepEqual(
      files.filter((file) => !file.startsWith('dist/') && !file.startsWith('snippets/')),
      [
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'airlock.config.schema.json',
        'docs/coding-agents.md',
        'examples/agent-hook/README.md',
        'examples/agent-hook/check-edit.mjs',
        'examples/agent-skill/pg-airlock/SKILL.md',
        'package.json',
      ],
    );
    for (const file of [
      'api.d.ts',
      'api.js',
      'cli.js',
      'command-line.js',
      'server.js',
      'mcp.js',
      'postgres.js',
      'pgsql-ast-parser.js',
      'libpg-query.wasm',
      'THIRD-PARTY-NOTICES.txt',
    ])
      assert.ok(files.includes(`dist/${file}`), file);
    // Its manifest names them as `main` and `browser`, which the editor needs.
    for (const file of ['dist/client.js', 'dist/web/client.js']) assert.ok(files.includes(file), file);
    assert.ok(!files.includes('dist/web/server.js'), 'of an editor in a browser');
    // What the programs keep beside themselves belongs to this machine.
    assert.ok(fs.readdirSync(path.join(root, 'dist')).some((file) => file.endsWith('.compiled')));
    assert.deepEqual(
      files.filter((file) => /\.(?:compiled|kept|tmp)$/.test(file)),
      [],
    );
  });

  it('puts what runs into the extension, and nothing that this machine has made for itself', () => {
    // Names decide alone, and a folder without the packages is gone through in no time.
    const folder = new Folder();
    for (const file of ['package.json', '.vscodeignore', 'README.md'])
      fs.cpSync(path.join(root, file), folder.at(file));
    const built = fs.readdirSync(path.join(root, 'dist'), { recursive: true, encoding: 'utf8' });
    for (const file of [...built.filter((each) => path.extname(each) !== ''), 'server.0.compiled', 'pglite/one.kept'])
      folder.write(`dist/${file}`, '');
    const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
    const { stdout, stderr } = spawnSync(process.execPath, [vsce, 'ls', '--no-dependencies'], {
      cwd: folder.path,
      encoding: 'utf8',
    });
    const files = stdout.split(/\r?\n/).filter((line) => line !== '');
    const programs = ['cli.js', 'client.js', 'command-line.js', 'mcp.js', 'pgsql-ast-parser.js', 'postgres.js'];
    assert.deepEqual(
      files.filter((file) => /^dist\/[^/]+$/.test(file) && !file.endsWith('.wasm')).sort(),
      [...programs, 'server.js', 'tree-sitter.js', 'THIRD-PARTY-NOTICES.txt'].map((each) => `dist/${each}`).sort(),
      stderr,
    );
    for (const file of ['worker.js', 'pglite.wasm', 'pglite.data', 'initdb.wasm', 'pgcrypto.tar.gz'])
      assert.ok(files.includes(`dist/pglite/${file}`), file);
    for (const file of ['dist/web/client.js', 'dist/web/server.js', 'dist/libpg-query.wasm', 'package.json'])
      assert.ok(files.includes(file), file);
    assert.deepEqual(
      files.filter((file) => /\.(?:compiled|kept|tmp|ts|map)$/.test(file)),
      [],
    );
  });

  it('has the notes of a release, or does not release', () => {
    const run = (tag: string) =>
      spawnSync(process.execPath, ['scripts/release-notes.mjs', tag], { cwd: root, encoding: 'utf8' });
    const { version } = JSON.parse(textOf('package.json')) as { readonly version: string };
    assert.match(run('v99.0.0').stderr, /The tag is v99\.0\.0, and package\.json says/);
    assert.equal(run('v99.0.0').status, 1);
    const { status, stderr } = run(`v${version}`);
    // Before its release a version has no section yet.
    if (status !== 0) assert.match(stderr, /has no section/);
  });
});
