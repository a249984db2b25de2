import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Folder } from '../support/folder.js';
import { bundle, root, runCli } from './support/run-cli.js';

const textOf = (name: string): string => fs.readFileSync(path.join(root, name), 'utf8');
const manifest = JSON.parse(textOf('package.json'));
const examples = fs.readdirSync(path.join(root, 'examples', 'ci')).map((name) => `examples/ci/${name}`);

const table = 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);\n';
const index = 'CREATE INDEX orders_code ON orders (code);\n';

/** A repository with a migration on its branch, and the package as npm would have put it into a folder. */
function project(): { readonly folder: Folder; readonly base: string; readonly temporary: string } {
  const folder = new Folder({
    'airlock.config.json': '{ "postgres": 16, "timeouts": "set-elsewhere" }\n',
    'migrations/1_orders.sql': table,
  });
  folder.commitAll();
  const base = folder.git('rev-parse', 'HEAD').trim();
  folder.git('checkout', '--quiet', '-b', 'topic');
  folder.write('migrations/2_a b.sql', index);
  folder.commitAll('topic');
  const temporary = new Folder();
  const installed = 'airlock/node_modules/pg-airlock/dist/cli.js';
  temporary.write(installed, `process.argv[1] = ${JSON.stringify(bundle)}; require(process.argv[1]);\n`);
  return { folder, base, temporary: temporary.path };
}

/** The text of each `run: |` of an action, without its indentation. */
function runBlocks(yaml: string): string[] {
  return [...yaml.matchAll(/^( +)run: \|\n((?:\1 {2}.*\n|\n)+)/gm)].map(([, indent = '', text = '']) =>
    text.replaceAll(`\n${indent}  `, '\n').trimStart(),
  );
}

const isWindows = process.platform === 'win32';

describe('action.yml and examples/ci', () => {
  it('name the version of the package, and every version in full', () => {
    for (const name of ['action.yml', ...examples]) {
      const text = textOf(name);
      for (const [, version] of text.matchAll(/pg-airlock@v?([\w.]*)/g)) assert.equal(version, manifest.version, name);
      for (const [, image] of text.matchAll(/(?:image:|FROM) (node\S+)/g))
        assert.match(image ?? '', /^node:\d+\.\d+\.\d+-/, name);
      for (const [, action = ''] of text.matchAll(/uses: (\S+)/g))
        if (!action.startsWith('pg-airlock/')) assert.match(action, /@[0-9a-f]{40}$/, name);
    }
  });

  it('let no expression into a script, and ask for no right that is not needed', () => {
    const action = textOf('action.yml');
    const blocks = runBlocks(action);
    assert.equal(blocks.length, 2);
    for (const block of blocks) assert.doesNotMatch(block, /\$\{\{/);
    assert.doesNotMatch(action, /\$\{\{ *github\.(?:event|head_ref|ref)/);
    const workflow = textOf('examples/ci/github.yml');
    assert.match(workflow, /^permissions: \{\}$/m);
    assert.deepEqual(
      [...workflow.matchAll(/^ {6}(\S+): (read|write)/gm)].map(([, right, how]) => `${right} ${how}`),
      ['contents read', 'pull-requests write'],
    );
    assert.doesNotMatch(workflow, /pull_request_target/);
  });

  it('give the action every input that its example names', () => {
    const inputs = [...textOf('action.yml').matchAll(/^ {2}([a-z-]+):$/gm)].map(([, name]) => name);
    const used = [...textOf('examples/ci/github.yml').matchAll(/^ {10}(?:# )?([a-z-]+): /gm)].map(([, name]) => name);
    for (const name of used)
      assert.ok(inputs.includes(name) || /^(?:fetch-depth|persist-credentials|node-version)$/.test(name ?? ''), name);
  });

  it('the action’s script checks what the inputs say', function () {
    if (isWindows) this.skip();
    const { folder, base, temporary } = project();
    const event = {
      pull_request: { number: 7, base: { sha: base }, head: { sha: folder.git('rev-parse', 'HEAD').trim() } },
    };
    folder.write('.git/event.json', JSON.stringify(event));
    const script = runBlocks(textOf('action.yml'))[1] ?? '';
    const run = (inputs: Readonly<Record<string, string>>) =>
      spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
        cwd: folder.path,
        encoding: 'utf8',
        env: {
          PATH: process.env.PATH,
          RUNNER_TEMP: temporary,
          GITHUB_EVENT_PATH: folder.at('.git/event.json'),
          AIRLOCK_PATHS: 'migrations',
          AIRLOCK_POSTGRES: '',
          AIRLOCK_CONFIG: '',
          AIRLOCK_FAIL_ON: 'error',
          AIRLOCK_BASELINE: '',
          AIRLOCK_COMMENT: 'false',
          AIRLOCK_AUTHOR: '',
          ...inputs,
        },
      });
    const plain = run({});
    assert.equal(plain.status, 1, plain.stderr);
    assert.match(plain.stdout, /^::error file=migrations\/2_a b\.sql,/);
    assert.equal(run({ AIRLOCK_FAIL_ON: 'never', AIRLOCK_POSTGRES: '17' }).status, 0);
    assert.equal(run({ AIRLOCK_PATHS: '\nmigrations/1_orders.sql\nmigrations/2_a b.sql\n' }).status, 1);
    assert.match(run({ AIRLOCK_PATHS: '--help\n$(touch pwned)' }).stderr, /\$\(touch pwned\): /);
    assert.equal(fs.existsSync(folder.at('pwned')), false);
    assert.match(run({ AIRLOCK_POSTGRES: '9"; exit 0; "' }).stderr, /--postgres takes 14/);
  });

  it('the GitLab job writes both reports, and fails for an error', function () {
    if (isWindows) this.skip();
    const { folder, base, temporary } = project();
    const lines = [...textOf('examples/ci/gitlab.yml').matchAll(/^ {4}- (?!if:)(.+)$/gm)].map(([, line = '']) => line);
    const [install = '', ...rest] = lines;
    assert.match(install, /^npm install --prefix \/tmp\/airlock --ignore-scripts .*pg-airlock@/);
    const ran = spawnSync('sh', ['-ec', rest.join('\n').replaceAll('/tmp/airlock', `${temporary}/airlock`)], {
      cwd: folder.path,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, AIRLOCK_PATHS: 'migrations', CI_MERGE_REQUEST_DIFF_BASE_SHA: base },
    });
    assert.equal(ran.status, 1, ran.stderr);
    assert.match(ran.stdout, /2_a b\.sql:1:8 error/);
    assert.equal(JSON.parse(folder.read('gl-code-quality-report.json')).length, 1);
    assert.match(folder.read('airlock.junit.xml'), /failures="1"/);
    for (const name of ['gl-code-quality-report.json', 'airlock.junit.xml'])
      assert.ok(textOf('examples/ci/gitlab.yml').includes(`: ${name}\n`));
  });

  it('pre-commit’s call takes the files of a commit', async () => {
    const text = textOf('examples/ci/pre-commit-config.yaml');
    const [, entry = ''] = /entry: (.+)/.exec(text) ?? [];
    const [, files = ''] = /files: (.+)/.exec(text) ?? [];
    const names = ['migrations/1_orders.sql', 'migrations/2_a b.sql', 'src/x.sql'].filter((name) =>
      new RegExp(files).test(name),
    );
    const { folder } = project();
    const ran = await runCli([...entry.split(' ').slice(1), ...names], { cwd: folder.path });
    assert.equal(ran.code, 1, ran.stderr);
    assert.match(ran.stdout, /2_a b\.sql:1:8 error/);
  });

  it('the image runs as no root, what the package calls its program', () => {
    const text = textOf('examples/ci/Dockerfile');
    assert.match(text, /^USER (?!root)\w+\n[\s\S]*^ENTRYPOINT/m);
    assert.ok(text.includes(`/opt/pg-airlock/${manifest.bin['pg-airlock']}`));
  });
});

interface Pattern {
  readonly regexp: string;
  readonly [property: string]: string | number;
}

/** What VS Code reads with a matcher of several lines: later messages stand behind the first. */
function matched(patterns: readonly Pattern[], lines: readonly string[]): Record<string, string>[] {
  return lines.flatMap((_, at) => {
    const problem: Record<string, string> = {};
    for (const [offset, { regexp, ...properties }] of patterns.entries()) {
      const found = new RegExp(regexp).exec(lines[at + offset] ?? '');
      if (!found) return [];
      for (const [name, group] of Object.entries(properties)) {
        const value = (found[Number(group)] ?? '').trim();
        problem[name] = problem[name] === undefined ? value : `${problem[name]}\n${value}`;
      }
    }
    return [problem];
  });
}

describe('the problem matcher', () => {
  it('finds every finding of a report, with its place and its message', async () => {
    const folder = new Folder({
      'airlock.config.json': '{ "postgres": 16, "migrations": ["m/*.sql"] }\n',
      'm/1_a b.sql': table,
      'm/2_many.sql': `${index}\nALTER TABLE orders\n  DROP COLUMN code;\nCREATE TABLE t (a money);\nSELECT 'x'\n`,
    });
    const { stdout } = await runCli(['check', 'm', '--verbose'], { cwd: folder.path });
    const { stdout: json } = await runCli(['check', 'm', '--format', 'json'], { cwd: folder.path });
    const expected = JSON.parse(json).files.flatMap(
      ({
        path: file,
        findings,
      }: {
        path: string;
        findings: { rule: string; severity: string; range: { start: { line: number; character: number } } }[];
      }) =>
        findings.map(
          ({ rule, severity, range: { start } }) =>
            `${file}:${start.line + 1}:${start.character + 1} ${severity} ${rule}`,
        ),
    );
    const [{ pattern, name }] = manifest.contributes.problemMatchers;
    const found = matched(pattern, stdout.split('\n'));
    assert.deepEqual(
      found.map(({ file, line, column, severity, code }) => `${file}:${line}:${column} ${severity} ${code}`),
      expected,
    );
    assert.ok(expected.length >= 4, stdout);
    for (const { message } of found) assert.match(message ?? '', /^[A-Z"]\S* .{10}/);
    assert.ok(textOf('examples/ci/vscode-tasks.json').includes(`"$${name}"`));
    assert.doesNotThrow(() => JSON.parse(textOf('examples/ci/vscode-tasks.json')));
  });
});
