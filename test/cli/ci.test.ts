import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { nextPage } from '../../server/src/cli/ci/comment.js';
import { readEvent } from '../../server/src/cli/ci/event.js';
import { Folder } from '../support/folder.js';
import { type Ran, runCli } from './support/run-cli.js';

const table = 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);\n';
const index = 'CREATE INDEX orders_code ON orders (code);\n';
const config = '{ "postgres": 16, "migrations": ["m/*.sql"], "timeouts": "set-elsewhere" }\n';

interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string };
}

/** GitHub's comments of one pull request, and what was asked of them. */
class Api {
  readonly comments: Comment[] = [];
  readonly asked: string[] = [];
  /** Answers each request of that method so. */
  refuses: Readonly<Record<string, number>> = {};
  pageSize = 100;
  private readonly server = http.createServer((request, response) => this.answer(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this.address;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  add(login: string, body: string): void {
    this.comments.push({ id: this.comments.length + 1, body, user: { login } });
  }

  private answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on('end', () => {
      const { method = '', url = '' } = request;
      this.asked.push(`${method} ${url}`);
      const reply = (status: number, body: unknown, headers: http.OutgoingHttpHeaders = {}): void => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
      };
      if (request.headers.authorization !== 'Bearer secret-token') return reply(401, {});
      if (url === '/user') return reply(403, { message: 'Resource not accessible by integration' });
      const refused = this.refuses[method];
      if (refused !== undefined) return reply(refused, { message: 'no' });
      const { pathname, searchParams } = new URL(url, this.address);
      if (method === 'GET' && pathname === '/repos/shop/db/issues/7/comments') {
        const page = Number(searchParams.get('page') ?? '1');
        const part = this.comments.slice((page - 1) * this.pageSize, page * this.pageSize);
        const next = `<${this.address}${pathname}?per_page=100&page=${page + 1}>; rel="next"`;
        return reply(200, part, page * this.pageSize < this.comments.length ? { link: next } : {});
      }
      const { body } = JSON.parse(text) as { readonly body: string };
      const id = Number(/^\/repos\/shop\/db\/issues\/comments\/(\d+)$/.exec(pathname)?.[1]);
      const there = this.comments.find((each) => each.id === id);
      if (method === 'PATCH' && there) {
        there.body = body;
        return reply(200, there);
      }
      if (method === 'POST' && pathname === '/repos/shop/db/issues/7/comments') {
        this.add('github-actions[bot]', body);
        return reply(201, this.comments.at(-1));
      }
      return reply(404, {});
    });
  }
}

describe('pg-airlock ci github', () => {
  let api: Api;
  beforeEach(async () => {
    api = new Api();
    await api.start();
  });
  afterEach(() => api.stop());

  /** A repository whose branch adds files; the event is that of its pull request. */
  function pullRequest(added: Readonly<Record<string, string>>): Folder {
    const folder = new Folder({ 'airlock.config.json': config, 'm/1_orders.sql': table });
    folder.commitAll();
    const base = head(folder);
    folder.git('checkout', '--quiet', '-b', 'topic');
    for (const [name, text] of Object.entries(added)) folder.write(name, text);
    folder.commitAll('topic');
    event(folder, { pull_request: { number: 7, base: { sha: base }, head: { sha: head(folder) } } });
    return folder;
  }

  const head = (folder: Folder, ref = 'HEAD'): string => folder.git('rev-parse', ref).trim();
  const event = (folder: Folder, value: unknown): void => folder.write('.git/event.json', JSON.stringify(value));

  function ci(folder: Folder, env: NodeJS.ProcessEnv = {}, ...more: string[]): Promise<Ran> {
    return runCli(['ci', 'github', 'm', ...more], {
      cwd: folder.path,
      env: {
        GITHUB_EVENT_PATH: folder.at('.git/event.json'),
        GITHUB_STEP_SUMMARY: folder.at('.git/summary.md'),
        GITHUB_API_URL: api.address,
        GITHUB_REPOSITORY: 'shop/db',
        GITHUB_TOKEN: 'secret-token',
        ...env,
      },
    });
  }

  it('annotates, writes the summary and posts one comment, which the next run updates', async () => {
    const folder = pullRequest({ 'm/2_index.sql': index });
    const first = await ci(folder);
    assert.equal(first.code, 1, first.stderr);
    assert.match(first.stdout, /^::error file=m\/2_index\.sql,line=1,/);
    assert.doesNotMatch(first.stdout, /1_orders/);
    assert.match(first.stderr, /1 migration of 2 new or changed[\s\S]*The comment was posted\./);
    assert.match(folder.read('.git/summary.md'), /## Airlock: BLOCK[\s\S]*require-concurrent-index/);
    assert.equal(api.comments.length, 1);
    assert.match(api.comments[0]?.body ?? '', /^<!-- airlock -->\n## Airlock: BLOCK/);

    assert.match((await ci(folder)).stderr, /The comment was unchanged\./);
    folder.write('m/2_index.sql', 'ALTER TABLE orders ADD COLUMN note text;\n');
    const second = await ci(folder);
    assert.equal(second.code, 0, second.stderr);
    assert.match(second.stderr, /The comment was updated\./);
    assert.equal(api.comments.length, 1);
    assert.match(api.comments[0]?.body ?? '', /## Airlock: SAFE TO SHIP/);
    assert.ok(!api.asked.some((each) => each.startsWith('DELETE')));
    for (const { stdout, stderr } of [first, second]) assert.doesNotMatch(stdout + stderr, /secret-token/);
  });

  it('writes no comment where nothing was ever found', async () => {
    const ran = await ci(pullRequest({ 'm/2_note.sql': 'ALTER TABLE orders ADD COLUMN note text;\n' }));
    assert.equal(ran.code, 0);
    assert.equal(api.comments.length, 0);
    assert.doesNotMatch(ran.stderr, /comment/);
  });

  it('finds its comment on a later page, and takes nobody else’s for it', async () => {
    api.pageSize = 2;
    api.add('mallory', '<!-- airlock -->\n## Airlock: SAFE TO SHIP');
    for (let n = 0; n < 4; n++) api.add('ann', 'What about <!-- airlock -->?');
    api.add('github-actions[bot]', '<!-- airlock -->\nold');
    const ran = await ci(pullRequest({ 'm/2_index.sql': index }));
    assert.match(ran.stderr, /The comment was updated\./);
    assert.equal(api.comments.length, 6);
    assert.match(api.comments[5]?.body ?? '', /BLOCK/);
    assert.match(api.comments[0]?.body ?? '', /SAFE TO SHIP$/);
  });

  it('only annotates where the token may not write, is not there, or GitHub fails', async () => {
    const folder = pullRequest({ 'm/2_index.sql': index });
    const cases: [Readonly<Record<string, number>>, NodeJS.ProcessEnv, RegExp][] = [
      [{ POST: 403 }, {}, /No comment was written\. The token may not write a comment \(403\)/],
      [{ GET: 403 }, {}, /The token may not read the comments \(403\)/],
      [{ POST: 500 }, {}, /GitHub answered 500/],
      [{}, { GITHUB_TOKEN: '' }, /There is no token/],
      [{}, { GITHUB_API_URL: 'http://127.0.0.1:1' }, /GitHub cannot be reached at http:\/\/127\.0\.0\.1:1/],
      [{}, { GITHUB_REPOSITORY: '../../x y' }, /do not say where/],
    ];
    for (const [refuses, env, note] of cases) {
      api.refuses = refuses;
      const ran = await ci(folder, env);
      assert.equal(ran.code, 1);
      assert.match(ran.stdout, /^::error /);
      assert.match(ran.stderr, note);
    }
    assert.equal(api.comments.length, 0);
  });

  it('comments with the review: verdict, categories in sight, the rest folded away', async () => {
    const folder = pullRequest({ 'm/2_index.sql': `${index}ALTER TABLE orders DROP COLUMN code;\n` });
    assert.equal((await ci(folder)).code, 1);
    const [{ body } = { body: '' }] = api.comments;
    assert.match(body, /^<!-- airlock -->\n## Airlock: BLOCK\n\nShipped as it is/);
    assert.match(body, /^\| Lock contention \| BLOCK \| `2_index\.sql:1` Building an index/m);
    assert.match(body, /^\| Data loss \| FLAG \|/m);
    assert.match(body, /<summary><code>m\/2_index\.sql<\/code>: \d+ errors?, \d+ warnings?, \d+ to verify<\/summary>/);
    for (const title of ['The questions', 'Locks and who waits', 'What the release before can no longer do'])
      assert.ok(body.includes(`<details><summary>${title}</summary>`), title);
    assert.equal(body.match(/<details>/g)?.length, body.match(/<\/details>/g)?.length);
  });

  it('fits 500 findings into the comment, and says what GitHub hides', async () => {
    const many = Array.from({ length: 250 }, (_, n) => [
      `m/${n + 2}_many.sql`,
      `CREATE INDEX i_${n} ON a_${n} (c);\nVACUUM FULL b_${n};\n`,
    ]);
    const folder = pullRequest(Object.fromEntries(many));
    const ran = await ci(folder);
    assert.equal(ran.code, 1);
    const [{ body } = { body: '' }] = api.comments;
    const [, errors, warnings] = /(\d+) errors, (\d+) warnings\b/.exec(body) ?? [];
    assert.ok(Number(errors) + Number(warnings) >= 500, body.slice(0, 200));
    assert.ok(body.length < 65_536, `${body.length}`);
    assert.match(folder.read('.git/summary.md'), /GitHub shows 10 of \d+ errors beside the lines/);
    assert.match(ran.stderr, /10 of \d+ errors/);
  });

  it('judges more and not less where the event file is broken or not there', async () => {
    const folder = pullRequest({ 'm/2_index.sql': index });
    for (const text of ['{ "pull_request": ', '[]', '{ "pull_request": { "number": "7" } }']) {
      folder.write('.git/event.json', text);
      const ran = await ci(folder);
      assert.equal(ran.code, 1, ran.stderr);
      assert.match(ran.stderr, /The event file cannot be read\.\n.*all pending migrations are judged/);
    }
    const none = await ci(folder, { GITHUB_EVENT_PATH: '', GITHUB_STEP_SUMMARY: '' });
    assert.equal(none.code, 1);
    assert.match(none.stderr, /No event says what has changed/);
    assert.equal(api.comments.length, 0);
  });

  it('judges the merge that GitHub checks out by its first parent, also in a shallow clone', async () => {
    const folder = pullRequest({ 'm/3_index.sql': index });
    folder.git('checkout', '--quiet', 'main');
    folder.write('m/2_theirs.sql', 'CREATE INDEX theirs ON orders (id, code);\n');
    folder.commitAll('theirs');
    folder.git('checkout', '--quiet', '--detach');
    folder.git('merge', '--quiet', '--no-edit', 'topic');
    const whole = await ci(folder);
    assert.match(whole.stdout, /3_index/);
    assert.doesNotMatch(whole.stdout, /2_theirs/);
    const merge = head(folder);
    folder.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
    const shallow = (depth: number): Folder => {
      const clone = new Folder();
      clone.git('init', '--quiet');
      clone.git('fetch', '--quiet', `--depth=${depth}`, `file://${folder.path}`, `+${merge}:refs/remotes/pull/7/merge`);
      clone.git('checkout', '--quiet', 'refs/remotes/pull/7/merge');
      clone.write('.git/event.json', folder.read('.git/event.json'));
      return clone;
    };
    assert.equal((await ci(shallow(2))).stdout, whole.stdout);
    const ran = await ci(shallow(1));
    assert.equal(ran.code, 2);
    assert.match(ran.stderr, /fetch-depth: 0/);
  });

  it('does not call the base safe that a workflow has checked out instead', async () => {
    const folder = pullRequest({ 'm/2_index.sql': index });
    folder.git('checkout', '--quiet', 'main');
    folder.write('README.md', 'The base has moved on.\n');
    folder.commitAll('later');
    const ran = await ci(folder);
    assert.equal(ran.code, 2);
    assert.match(ran.stderr, /checked out does not hold the pull request/);
  });

  it('takes back what an earlier run has said where nothing can be judged any more', async () => {
    const folder = pullRequest({ 'm/2_index.sql': index });
    await ci(folder);
    folder.write('m/2_index.sql', 'ALTER TABLE orders ADD COLUMN note text;\n');
    await ci(folder);
    assert.match(api.comments[0]?.body ?? '', /## Airlock: SAFE TO SHIP/);
    folder.write('.git/summary.md', '');
    const ran = await ci(folder, { PATH: folder.at('m') });
    assert.equal(ran.code, 2);
    assert.match(ran.stderr, /pg-airlock ci: --since asks git, and there is none[\s\S]*The comment was updated\./);
    for (const page of [folder.read('.git/summary.md'), api.comments[0]?.body ?? ''])
      assert.match(page, /^<!-- airlock -->\n## Airlock: could not run\n\nNothing was judged\. /);
    assert.equal(api.comments.length, 1);
  });

  it('takes the base of merge groups and pushes', async () => {
    const folder = pullRequest({ 'm/2_index.sql': index });
    const base = head(folder, 'main');
    event(folder, { merge_group: { base_sha: base } });
    assert.match((await ci(folder)).stdout, /2_index/);
    event(folder, { before: base });
    assert.match((await ci(folder)).stdout, /2_index/);
    folder.git('checkout', '--quiet', 'main');
    folder.git('merge', '--quiet', '--ff-only', 'topic');
    const pushed = await ci(folder);
    assert.equal(pushed.code, 1, 'what a push to the default branch brings is judged');
    assert.match(pushed.stdout, /2_index/);
    folder.git('checkout', '--quiet', 'topic');
    event(folder, { before: head(folder) });
    const same = await ci(folder);
    assert.equal(same.stdout, '');
    assert.match(same.stderr, /Airlock: no migration to review/);
    folder.git('branch', '--force', 'main', base);
    event(folder, { before: '0'.repeat(40) });
    assert.match((await ci(folder)).stderr, /The branch is new/);
    event(folder, { before: 'a'.repeat(40), forced: true });
    assert.match((await ci(folder)).stderr, /The branch was rewritten/);
    event(folder, { before: 'a'.repeat(40) });
    assert.equal((await ci(folder)).code, 2);
  });

  it('lets no file name speak to GitHub', async () => {
    const folder = pullRequest({ 'm/2.sql': '\u0000\n' });
    folder.write('::stop-commands::x/1.sql', index);
    const ran = await ci(folder, {}, '::stop-commands::nowhere', '##[error]nowhere');
    assert.equal(ran.code, 2);
    assert.doesNotMatch(ran.stderr, /^\s*::|##\[/m);
  });

  it('calls nothing safe of which it could not read everything', async () => {
    const folder = pullRequest({ 'm/2_note.sql': 'ALTER TABLE orders ADD COLUMN note text;\n' });
    folder.write('airlock.config.json', '{ "postgres": 16, "migratoins": [] }\n');
    const ran = await ci(folder);
    assert.equal(ran.code, 2);
    assert.match(folder.read('.git/summary.md'), /^## Airlock: could not read everything; the job's log says what$/m);
    assert.match(ran.stderr, /migratoins/);
  });
});

describe('events and pages', () => {
  it('reads no commit that is none', () => {
    const bad = { pull_request: { number: 1, base: { sha: '--output=x' }, head: { sha: 'a'.repeat(40) } } };
    assert.equal(readEvent(JSON.stringify(bad)), false);
    assert.equal(readEvent('{ "schedule": "0 0 * * *" }'), undefined);
    assert.equal(readEvent('null'), false);
  });

  it('follows no page to another host', () => {
    const api = 'https://api.github.com';
    assert.equal(nextPage('<https://evil.example/2>; rel="next"', api), undefined);
    assert.equal(nextPage('<not an address>; rel="next"', api), undefined);
    const two = `${api}/repos/a/b/issues/1/comments?page=2`;
    assert.equal(nextPage(`<${api}/1>; rel="prev", <${two}>; rel="next"`, api), two);
  });
});
