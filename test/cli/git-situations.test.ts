import assert from 'node:assert/strict';
import fs from 'node:fs';
import { Folder } from '../support/folder.js';
import { type Ran, runCli } from './support/run-cli.js';

// Every state in which a gate finds a repository: which migrations are judged, the exit code, and what is said. What is
// new in each of them is dangerous, so that none may be called safe.

const config = '{ "postgres": 16, "migrations": ["m/*.sql"], "timeouts": "set-elsewhere" }\n';
const table = 'CREATE TABLE orders (id bigint PRIMARY KEY, code text, note text);\n';
const indexOn = (name: string): string => `CREATE INDEX ${name} ON orders (code, note);\n`;

/** A repository in some state, and what a gate makes of it. */
interface Situation {
  readonly cwd: string;
  readonly since?: string;
  readonly paths?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The files that are judged. */
  readonly judged?: readonly string[];
  /** Of those the ones that count as applied: only that they are not what was applied is said of them. */
  readonly applied?: readonly string[];
  readonly says: RegExp;
}

/** Two migrations on main; "topic" is checked out. */
function start(): Folder {
  const folder = new Folder({
    'airlock.config.json': config,
    'm/1_orders.sql': table,
    'm/2_index.sql': indexOn('two'),
  });
  folder.commitAll();
  folder.git('checkout', '--quiet', '-b', 'topic');
  return folder;
}

function add(folder: Folder, name: string): void {
  folder.write(`m/${name}.sql`, indexOn(`i_${name}`));
  folder.commitAll(name);
}

/** The branch with a migration of its own, while main has got another. */
function diverged(): Folder {
  const folder = start();
  add(folder, '3_ours');
  folder.git('checkout', '--quiet', 'main');
  add(folder, '4_theirs');
  folder.git('checkout', '--quiet', 'topic');
  return folder;
}

/** A clone as CI makes it, of the branch alone. */
function clone(of: Folder, depth: number): Folder {
  const made = new Folder();
  made.git('init', '--quiet');
  made.git('remote', 'add', 'origin', `file://${of.path}`);
  made.git('fetch', '--quiet', `--depth=${depth}`, 'origin', '+topic:refs/remotes/origin/topic');
  made.git('checkout', '--quiet', '--detach', 'refs/remotes/origin/topic');
  return made;
}

const ours = ['m/3_ours.sql'];

const situations: Readonly<Record<string, () => Situation>> = {
  'the branch is ahead': () => {
    const folder = start();
    add(folder, '3_ours');
    return { cwd: folder.path, judged: ours, says: /^1 migration of 3 new or changed since main$/m };
  },
  'the base has got something since': () => ({ cwd: diverged().path, judged: ours, says: /1 migration of 3/ }),
  'the base was merged into the branch': () => {
    const folder = diverged();
    folder.git('merge', '--quiet', '--no-edit', 'main');
    return { cwd: folder.path, judged: ours, says: /1 migration of 4/ };
  },
  'the branch was rebased': () => {
    const folder = diverged();
    folder.git('rebase', '--quiet', 'main');
    return { cwd: folder.path, judged: ours, says: /1 migration of 4/ };
  },
  'what was pushed to the base itself': () => {
    const folder = start();
    folder.git('checkout', '--quiet', 'main');
    add(folder, '3_ours');
    return { cwd: folder.path, since: 'main~1', judged: ours, says: /since main~1$/m };
  },
  'a migration was renamed': () => {
    const folder = start();
    folder.git('mv', 'm/2_index.sql', 'm/3_ours.sql');
    folder.commitAll('renamed');
    return { cwd: folder.path, judged: ours, says: /1 migration of 2 .*; no longer here: m\/2_index\.sql$/m };
  },
  'a migration was deleted': () => {
    const folder = start();
    fs.rmSync(folder.at('m/2_index.sql'));
    folder.commitAll('deleted');
    // It is said at the last one that is left.
    const last = ['m/1_orders.sql'];
    return {
      cwd: folder.path,
      judged: last,
      applied: last,
      says: /^0 migrations of 1 .*; no longer here: m\/2_index/m,
    };
  },
  'a migration of the base was edited': () => {
    const folder = start();
    folder.write('m/2_index.sql', indexOn('two') + indexOn('more'));
    folder.commitAll('edited');
    const edited = ['m/2_index.sql'];
    return { cwd: folder.path, judged: edited, applied: edited, says: /1 migration of 2/ };
  },
  'a shallow clone has no base': () => {
    const folder = start();
    add(folder, '3_ours');
    return { cwd: clone(folder, 1).path, since: 'origin/main', says: /git knows no "origin\/main" .* fetch-depth: 0/ };
  },
  'a shallow clone has the base, and nothing between': () => {
    const made = clone(diverged(), 1);
    made.git('fetch', '--quiet', '--depth=1', 'origin', '+main:refs/remotes/origin/main');
    return { cwd: made.path, since: 'origin/main', says: /The clone is shallow, .* Fetch all of it: fetch-depth: 0/ };
  },
  'a shallow clone is deep enough': () => {
    const made = clone(diverged(), 2);
    made.git('fetch', '--quiet', '--depth=2', 'origin', '+main:refs/remotes/origin/main');
    return { cwd: made.path, since: 'origin/main', judged: ours, says: /since origin\/main$/m };
  },
  'HEAD is detached': () => {
    const folder = diverged();
    folder.git('checkout', '--quiet', '--detach');
    return { cwd: folder.path, judged: ours, says: /1 migration of 3/ };
  },
  'there is no repository': () => {
    const folder = new Folder({ 'airlock.config.json': config, 'm/1_orders.sql': indexOn('one') });
    return { cwd: folder.path, says: /--since asks git, and .*1_orders\.sql is in no repository of it/ };
  },
  'the repository has no commit': () => {
    const folder = new Folder({ 'airlock.config.json': config, 'm/1_orders.sql': indexOn('one') });
    folder.git('init', '--quiet');
    return { cwd: folder.path, says: /git knows no "main"/ };
  },
  'git is not installed': () => {
    const folder = diverged();
    return { cwd: folder.path, env: { PATH: folder.at('m') }, says: /--since asks git, and there is none on the PATH/ };
  },
  'git does not open the repository': () => {
    const folder = new Folder({ 'm/1_orders.sql': indexOn('one'), '.git': 'gitdir: nowhere\n' });
    return { cwd: folder.path, says: /git does not open \S+: not a git repository/ };
  },
  'the ref is not there': () => ({ cwd: diverged().path, since: 'nowhere', says: /git knows no "nowhere"/ }),
  'the ref is empty, as a variable that is not set': () => {
    return { cwd: diverged().path, since: '', says: /--since takes a commit, and what is given is empty/ };
  },
  'the ref is an option': () => ({ cwd: diverged().path, since: '--all', says: /git knows no "--all"/ }),
  'the histories have nothing in common': () => {
    const folder = start();
    folder.git('checkout', '--quiet', '--orphan', 'apart');
    folder.commitAll('apart');
    return { cwd: folder.path, says: /HEAD and main have no commit in common/ };
  },
  'the work tree has staged, unsaved, untracked and ignored files': () => {
    const folder = start();
    folder.write('m/3_staged.sql', indexOn('three'));
    folder.git('add', '--all');
    folder.write('m/2_index.sql', `${indexOn('two')}${indexOn('more')}`);
    folder.write('m/4_untracked.sql', indexOn('four'));
    folder.write('.gitignore', 'm/5*\n');
    folder.write('m/5_ignored.sql', indexOn('five'));
    return {
      cwd: folder.path,
      judged: ['m/2_index.sql', 'm/3_staged.sql', 'm/4_untracked.sql', 'm/5_ignored.sql'],
      applied: ['m/2_index.sql'],
      says: /4 migrations of 5/,
    };
  },
  'the project is a folder of a repository': () => {
    const folder = new Folder({ 'shop/db/airlock.config.json': config, 'shop/db/m/1_orders.sql': table });
    folder.commitAll();
    folder.git('checkout', '--quiet', '-b', 'topic');
    folder.write('shop/db/m/3_ours.sql', indexOn('ours'));
    folder.write('blog/m/1_theirs.sql', indexOn('theirs'));
    folder.commitAll('new');
    return { cwd: folder.at('shop/db'), judged: ours, says: /1 migration of 2/ };
  },
  'the project is a submodule': () => {
    const outer = new Folder({ 'README.md': 'x' });
    outer.commitAll();
    outer.git('-c', 'protocol.file.allow=always', 'submodule', 'add', '--quiet', diverged().path, 'db');
    return { cwd: outer.at('db'), since: 'origin/main', judged: ours, says: /1 migration of 3/ };
  },
  'the ref is one of the repository around a submodule': () => {
    const outer = new Folder({ 'README.md': 'x' });
    outer.commitAll();
    outer.git('branch', 'release');
    outer.git('-c', 'protocol.file.allow=always', 'submodule', 'add', '--quiet', diverged().path, 'db');
    return { cwd: outer.path, paths: 'db/m', since: 'release', says: /git knows no "release" in \S+\/db\./ };
  },
  'the work tree is a linked one': () => {
    const folder = diverged();
    const linked = new Folder();
    folder.git('checkout', '--quiet', '--detach', 'main');
    folder.git('worktree', 'add', '--quiet', linked.at('tree'), 'topic');
    return { cwd: linked.at('tree'), judged: ours, says: /1 migration of 3/ };
  },
};

describe('a gate in every state of a repository', () => {
  for (const [name, make] of Object.entries(situations))
    it(name, async () => {
      const { cwd, since = 'main', paths = 'm', env = {}, judged, applied = [], says } = make();
      const run = (...words: string[]): Promise<Ran> => runCli([...words, paths, `--since=${since}`], { cwd, env });
      const summary = new Folder();
      const [check, text, review, reviewText, ci] = await Promise.all([
        run('check', '--format', 'json'),
        run('check'),
        run('review', '--format', 'json'),
        run('review'),
        runCli(['ci', 'github', paths, `--since=${since}`], {
          cwd,
          env: { GITHUB_EVENT_PATH: '', GITHUB_STEP_SUMMARY: summary.at('page.md'), ...env },
        }),
      ]);
      const page = summary.read('page.md');
      const all: Readonly<Record<string, Ran>> = { check, text, review, reviewText, ci };
      const code = judged === undefined ? 2 : judged.every((each) => applied.includes(each)) ? 0 : 1;
      for (const [command, ran] of Object.entries(all)) {
        assert.equal(ran.code, code, `${command}: ${ran.stderr}`);
        assert.match(ran.stderr, says, command);
        assert.doesNotMatch(ran.stdout + ran.stderr, /SAFE TO SHIP|fault in Airlock/, command);
      }
      assert.doesNotMatch(page, /SAFE TO SHIP/);
      if (judged === undefined) {
        for (const { stdout } of Object.values(all)) assert.equal(stdout, '');
        assert.match(page, /^## Airlock: could not run$/m);
        for (const [command, ran] of [
          ['check', text],
          ['review', reviewText],
          ['ci', ci],
        ] as const)
          assert.match(ran.stderr, new RegExp(`^pg-airlock ${command}: `, 'm'));
        return;
      }
      const checked: { files: { path: string; applied: boolean }[] } = JSON.parse(check.stdout);
      assert.deepEqual(
        checked.files.map(({ path }) => path),
        judged,
      );
      assert.deepEqual(
        checked.files.flatMap((each) => (each.applied ? [each.path] : [])),
        applied,
      );
      const names = (found: Iterable<string | undefined>): string[] => [...new Set([...found].map(String))].sort();
      const annotated = [...ci.stdout.matchAll(/^::(?:error|warning) file=([^,]+),/gm)].map(([, file]) => file);
      assert.deepEqual(names(annotated), judged);
      const shown = [...text.stdout.matchAll(/^(m\/\S+?):\d+:\d+ (?:error|warning)/gm)].map(([, file]) => file);
      assert.deepEqual(names(shown), judged);
      const reviewed: { files: string[]; categories: { issues: { file: string }[] }[] } = JSON.parse(review.stdout);
      const pending = judged.filter((each) => !applied.includes(each));
      assert.deepEqual(
        reviewed.files.map((file) => `m/${file}`),
        pending,
      );
      assert.deepEqual(
        names(reviewed.categories.flatMap(({ issues }) => issues.map(({ file }) => `m/${file}`))),
        judged,
      );
    });
});
