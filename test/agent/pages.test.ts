import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { tools } from '../../server/src/agent/tools.js';
import { root } from '../cli/support/run-cli.js';
import { Folder } from '../support/folder.js';
import { commandsOf, type Fence, fencesOf } from './support/fences.js';

const skillFolder = 'examples/agent-skill/pg-airlock';
const textOf = (name: string): string => fs.readFileSync(path.join(root, name), 'utf8');
const page = textOf('docs/coding-agents.md');
const skill = textOf(`${skillFolder}/SKILL.md`);
const fences = fencesOf(page);

/** What npm would put into the package, in a folder for its packages. */
function installed(): string {
  const modules = new Folder();
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const [packed] = JSON.parse(stdout) as { readonly files: readonly { readonly path: string }[] }[];
  for (const { path: file } of packed?.files ?? [])
    fs.cpSync(path.join(root, file), modules.at(`pg-airlock/${file}`), { recursive: true });
  fs.mkdirSync(modules.at('.bin'));
  fs.symlinkSync('../pg-airlock/dist/cli.js', modules.at('.bin/pg-airlock'));
  return modules.path;
}

describe('the page and the skill for coding agents', () => {
  let modules: string;
  before(() => {
    modules = installed();
  });

  /** A copy of the shop with the package in it. */
  function shop(): Folder {
    const folder = new Folder();
    fs.cpSync(path.join(root, 'examples', 'shop'), folder.path, { recursive: true });
    folder.write('package.json', '{ "private": true }\n');
    fs.symlinkSync(modules, folder.at('node_modules'), 'dir');
    return folder;
  }

  /** Runs words of a page as its reader would. `npx` asks nobody for what it does not find. */
  function run(command: string, folder: Folder, input = '') {
    const env = {
      ...process.env,
      PG_AIRLOCK_NO_CACHE: '1',
      npm_config_offline: 'true',
      CLAUDE_PROJECT_DIR: folder.path,
    };
    const ran = spawnSync('sh', ['-e', '-c', command], { cwd: folder.path, input, encoding: 'utf8', env });
    return { ...ran, all: `${command}\n${ran.stdout}${ran.stderr}` };
  }

  const shell: readonly (readonly [string, Fence])[] = [
    ...fences.map((fence) => ['the page', fence] as const),
    ...fencesOf(skill).map((fence) => ['the skill', fence] as const),
  ].filter(([, { language }]) => language === 'sh');

  for (const [where, fence] of shell) {
    it(`${where}: ${fence.text.split('\n', 1)[0]} …`, () => {
      const folder = shop();
      for (const { text, exitCode } of commandsOf(fence)) {
        const { status, all } = run(text, folder);
        assert.equal(status, exitCode, all);
      }
    });
  }

  it('have more commands than these, and no language that nobody runs', () => {
    assert.ok(shell.length >= 5);
    const known = new Set(['sh', 'json', 'toml', 'md']);
    for (const { language } of [...fences, ...fencesOf(skill)]) assert.ok(known.has(language), language);
  });

  it('say what the commands say: the verdict, the safe form, the rehearsal', () => {
    const folder = shop();
    assert.match(run('npx pg-airlock review migrations', folder).stdout, /^BLOCK /);
    const file = 'migrations/0016_index_orders_customer.sql';
    assert.match(run(`npx pg-airlock fix ${file} --write`, folder).stderr, /^wrote /);
    assert.match(folder.read(file), /CREATE INDEX CONCURRENTLY/);
    assert.match(run(`npx pg-airlock rehearse ${file}`, folder).stdout, /1 passed/);
  });

  it('name commands between the lines that run', () => {
    const inline = [...`${page}${skill}`.matchAll(/`(npx pg-airlock [^`\n]+)`/g)].map(([, command = '']) => command);
    assert.ok(inline.length >= 3);
    for (const command of inline) {
      const words = command.replace('FILE', 'migrations/0016_index_orders_customer.sql');
      const { status, all } = run(words, shop(), 'CREATE TABLE t (id bigint PRIMARY KEY);\n');
      assert.equal(status, words.includes(' review ') ? 1 : 0, all);
    }
  });

  const servers = fences.flatMap(({ language, text }) =>
    language === 'json' && text.includes('mcpServers') ? [JSON.parse(text).mcpServers.airlock] : [],
  ) as readonly { readonly command: string; readonly args: readonly string[] }[];

  it('start a server with the tools that they name', async () => {
    assert.equal(servers.length, 1);
    for (const { command, args } of servers) {
      const env = { ...process.env, npm_config_offline: 'true' };
      const transport = new StdioClientTransport({ command, args: [...args], env: stringsOf(env), cwd: shop().path });
      const client = new Client({ name: 'test', version: '1.0.0' });
      await client.connect(transport);
      const listed = (await client.listTools()).tools.map(({ name }) => name);
      await client.close();
      assert.deepEqual(
        listed,
        tools.map(({ name }) => name),
      );
      for (const [, name = ''] of `${page}${skill}`.matchAll(/`(\w+_(?:sql|migration|locks|at|patterns))`/g))
        assert.ok(listed.includes(name), name);
    }
  });

  it('start the same server from every form', () => {
    const [toml] = fences.filter(({ language }) => language === 'toml');
    const [server] = servers;
    assert.match(toml?.text ?? '', new RegExp(`^command = ${JSON.stringify(server?.command)}$`, 'm'));
    assert.deepEqual(JSON.parse(/^args = (.*)$/m.exec(toml?.text ?? '')?.[1] ?? ''), server?.args);
  });

  it('set what the editor knows', () => {
    const { contributes } = JSON.parse(textOf('package.json'));
    const settings = fences.flatMap(({ language, text }) =>
      language === 'json' && text.includes('"airlock.') ? Object.entries(JSON.parse(text)) : [],
    );
    assert.ok(settings.length > 0);
    for (const [name, value] of settings)
      assert.ok(contributes.configuration.properties[name].enum.includes(value), name);
    const references = contributes.languageModelTools.map(
      (tool: { toolReferenceName: string }) => tool.toolReferenceName,
    );
    for (const [, name] of page.matchAll(/`#(\w+)`/g)) assert.ok(references.includes(name), name);
  });

  it('set a hook that keeps a bad edit from being made, and lets the others pass', () => {
    const hooks = fences.flatMap(({ language, text }) =>
      language === 'json' && text.includes('"hooks"') ? JSON.parse(text).hooks.PreToolUse : [],
    );
    const [{ matcher, hooks: commands }] = hooks;
    const [{ command }] = commands;
    const folder = shop();
    const call = (tool_name: string, tool_input: object): string => {
      assert.match(tool_name, new RegExp(`^(?:${matcher})$`));
      return JSON.stringify({ tool_name, cwd: folder.path, tool_input });
    };
    const file_path = folder.at('migrations/0020_index.sql');
    const bad = run(command, folder, call('Write', { file_path, content: 'CREATE INDEX i ON orders (placed_at);\n' }));
    assert.equal(bad.status, 2, bad.all);
    assert.match(bad.stderr, /require-concurrent-index/);
    const good = run(
      command,
      folder,
      call('Write', { file_path, content: 'CREATE TABLE t (id bigint PRIMARY KEY);\n' }),
    );
    assert.equal(good.status, 0, good.all);
  });

  it('are a skill in the form that agents read', () => {
    const [, head = ''] = /^---\n(.*?)\n---\n/s.exec(skill) ?? [];
    const fields = new Map(
      head.split('\n').map((line) => {
        const [, name = '', value = ''] = /^(\w+): (.*)$/.exec(line) ?? [];
        return [name, value] as const;
      }),
    );
    assert.deepEqual([...fields.keys()], ['name', 'description', 'license']);
    assert.equal(fields.get('name'), path.basename(skillFolder));
    assert.match(fields.get('name') ?? '', /^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    const description = fields.get('description') ?? '';
    assert.ok(description.length > 100 && description.length <= 1024);
    // Without quotes these would end the value in YAML.
    assert.doesNotMatch(description, /: | #|^['"&*!|>%@`[{]/);
    assert.ok(skill.split('\n').length < 100);
  });

  it('name every verdict', () => {
    for (const verdict of ['SAFE TO SHIP', 'SAFE WITH MODIFICATIONS', 'BLOCK', 'NOTHING TO JUDGE'])
      assert.ok(skill.includes(`\`${verdict}\``), verdict);
  });

  it('link to what is there', () => {
    for (const [name, text] of [
      ['docs/coding-agents.md', page],
      [`${skillFolder}/SKILL.md`, skill],
      ['README.md', textOf('README.md')],
    ] as const)
      for (const [, link = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g))
        assert.ok(fs.existsSync(path.join(root, path.dirname(name), link)), `${name}: ${link}`);
  });
});

function stringsOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
