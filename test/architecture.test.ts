import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '..', '..');

const core = ['sql', 'schema', 'impact'];
const rules = [...core, 'rules/engine'];
const analysis = [...rules, 'sizes', 'frameworks', 'hosts', 'analysis'];
const features = ['rewrite', 'rollback', 'planning', 'review', 'page', 'runbook', 'schema-page'];

/** What each layer may import besides itself (DESIGN: imports point one way). */
const allowed: Readonly<Record<string, readonly string[]>> = {
  sql: [],
  schema: ['sql'],
  impact: ['sql', 'schema'],
  'rules/engine': core,
  rule: rules,
  'rules/index': ['rules/engine', 'rule'],
  frameworks: ['sql'],
  hosts: ['sql'],
  // The rules are handed in.
  analysis: analysis.filter((layer) => layer !== 'analysis'),
  // Where running code names what a migration takes away.
  references: analysis,
  rewrite: analysis,
  planning: [...analysis, 'rewrite', 'rollback'],
  rollback: analysis,
  review: [...analysis, 'rollback'],
  // What a page says, apart from how Markdown and HTML write it.
  page: ['review'],
  runbook: [...analysis, 'review', 'rollback', 'page'],
  // The schema as people read it.
  'schema-page': [...analysis, 'review', 'rollback', 'page'],
  // How large tables are, and how long work on them takes.
  sizes: core,
  // Talks to a server, and knows nothing of migrations.
  database: ['sizes'],
  workspace: [...analysis, 'rewrite', 'planning', 'references'],
  // Engines that run SQL, and what is run on them; features see its results as plain data.
  rehearsal: [...analysis, 'references', 'rollback', 'workspace', 'database'],
  // A database that runs against what the migrations build.
  drift: ['sql', 'review', 'rehearsal', 'database'],
  // How queries of the application are planned around a migration.
  plans: [...analysis, 'review', 'rehearsal', 'database'],
  'protocol/messages': [],
  protocol: [
    ...analysis,
    ...features,
    'references',
    'rules/index',
    'rehearsal',
    'database',
    'workspace',
    'protocol/messages',
  ],
  agent: [...analysis, ...features, 'references', 'rules/index', 'rehearsal', 'workspace'],
  cli: [
    ...analysis,
    ...features,
    'references',
    'rules/index',
    'rehearsal',
    'drift',
    'plans',
    'database',
    'workspace',
    'protocol',
    'protocol/messages',
    'agent',
    'api',
  ],
  // What programs import.
  api: ['workspace', 'agent'],
  client: ['protocol/messages'],
};

/** Layers that run unchanged in Node, in a web worker and in a test. */
const withoutNode = [
  ...core,
  'sizes',
  'rules/engine',
  'rule',
  'rules/index',
  'frameworks',
  'hosts',
  'analysis',
  ...features,
  'references',
  'protocol/messages',
];

/** Packages that only these files know. */
const homes: Readonly<Record<string, readonly string[]>> = {
  'libpg-query': ['server/src/sql/postgres-parser.ts'],
  'pgsql-ast-parser': ['server/src/sql/expression-ast.ts'],
  '@modelcontextprotocol/sdk': ['server/src/agent/sdk.ts'],
  '@valibot/to-json-schema': ['server/src/agent/sdk.ts'],
  '@electric-sql/pglite': ['server/src/rehearsal/pglite/worker.ts'],
  pg: ['server/src/database/connect.ts', 'server/src/database/driver.ts'],
  '@vscode/tree-sitter-wasm': ['server/src/hosts/syntax/parser.ts'],
};

interface Import {
  readonly file: string;
  readonly layer: string;
  /** A file of the project, or the name of a package. */
  readonly target: string;
  readonly targetLayer: string | undefined;
}

/** The layer of a file by its path from the root, with "/" between its parts. */
function layerOf(file: string): string {
  const parts = file.split('/');
  if (file === 'rules/index.ts') return 'rules/index';
  // What edits are made of belongs to the engine of the rules.
  if (parts[0] === 'rules') return ['engine', 'questions', 'fixes'].includes(parts[1] ?? '') ? 'rules/engine' : 'rule';
  if (parts[0] === 'client') return 'client';
  return parts[2] === 'protocol' && parts[3] === 'messages' ? 'protocol/messages' : (parts[2] ?? '');
}

function sourceFiles(folder: string): string[] {
  return fs
    .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.split(path.sep).join('/')}`)
    .filter((file) => file.endsWith('.ts'));
}

function importsOf(file: string): Import[] {
  const text = fs.readFileSync(path.join(root, file), 'utf8');
  const found = text.matchAll(
    /^(?:import|export)\b[^'";]*?from\s+'([^']+)'|^import\s+'([^']+)'|\b(?:import|require)\(\s*'([^']+)'/gm,
  );
  return [...found].map((match) => {
    const written = match[1] ?? match[2] ?? match[3] ?? '';
    const target = written.startsWith('.')
      ? path.posix.join(path.posix.dirname(file), written).replace(/\.js$/, '.ts')
      : written;
    const targetLayer = written.startsWith('.') ? layerOf(target) : undefined;
    return { file, layer: layerOf(file), target, targetLayer };
  });
}

describe('architecture', () => {
  const files = ['server/src', 'rules', 'client/src'].flatMap(sourceFiles);
  const imports = files.flatMap(importsOf);

  /** Imports that break a rule, as "file → target". */
  const broken = (breaks: (each: Import) => boolean): string[] =>
    imports.filter(breaks).map(({ file, target }) => `${file} → ${target}`);

  it('knows every folder', () => {
    assert.deepEqual(
      [...new Set(files.map(layerOf))].filter((layer) => !(layer in allowed)),
      [],
    );
    assert.ok(imports.length > 300, `only ${imports.length} imports were found`);
  });

  it('has imports that point one way', () => {
    const wrong = broken(
      ({ layer, targetLayer }) =>
        targetLayer !== undefined && targetLayer !== layer && !allowed[layer]?.includes(targetLayer),
    );
    assert.deepEqual(wrong, []);
  });

  it('has no rule that imports a rule', () => {
    assert.deepEqual(
      broken(({ layer, targetLayer }) => layer === 'rule' && targetLayer === 'rule'),
      [],
    );
  });

  it('has no circle among the layers', () => {
    const visit = (layer: string, above: readonly string[]): void => {
      assert.ok(!above.includes(layer), [...above, layer].join(' → '));
      for (const next of allowed[layer] ?? []) if (next !== layer) visit(next, [...above, layer]);
    };
    for (const layer of Object.keys(allowed)) visit(layer, []);
  });

  it('keeps Node out of the core', () => {
    const modules = new Set(['fs', 'path', 'os', 'child_process', 'crypto', 'worker_threads', 'process', 'url']);
    assert.deepEqual(
      broken(({ layer, target }) => withoutNode.includes(layer) && (target.startsWith('node:') || modules.has(target))),
      [],
    );
  });

  it('asks for files, in what the terminal remembers, through one place alone', () => {
    // Whatever `check`, `review` and `locks` learn past it would not be asked again before they say the same.
    // What a gate asks of git and of a baseline is asked in runs that are not kept.
    const aside = [
      'cache/',
      'ci/',
      'commands/ci.ts',
      'commands/init.ts',
      'commands/runbook.ts',
      'commands/stats.ts',
      'gate.ts',
      'main.ts',
      'renumber.ts',
      'write-files.ts',
    ];
    const asks = /\bnodeFiles\b|'(?:node:(?:fs|child_process)|.*\/git\.js)'/;
    const found = files.filter(
      (file) =>
        file.startsWith('server/src/cli/') &&
        !aside.some((name) => file.startsWith(`server/src/cli/${name}`)) &&
        asks.test(fs.readFileSync(path.join(root, file), 'utf8')),
    );
    assert.deepEqual(found, []);
  });

  it('knows the editor in the client alone, and the protocol in its own layer alone', () => {
    assert.deepEqual(
      broken(({ layer, target }) => target === 'vscode' && layer !== 'client'),
      [],
    );
    assert.deepEqual(
      broken(({ layer, target }) => target.startsWith('vscode-languageserver') && layer !== 'protocol'),
      [],
    );
  });

  for (const [name, home] of Object.entries(homes)) {
    it(`knows ${name} in ${home.join(' and ')} alone`, () => {
      const users = imports
        .filter(({ target }) => target === name || target.startsWith(`${name}/`))
        .map(({ file }) => file);
      assert.deepEqual([...new Set(users)].sort(), [...home].sort());
    });
  }

  it("keeps the parser's names in server/src/sql", () => {
    // SQL Server's OBJECT_ID('t') is a mark of a foreign dialect.
    const names =
      /\b(?:OBJECT|AT|CONSTR|TRANS_STMT|REINDEX_OBJECT)_(?!ID\b)[A-Z]\w*|\bDROP_(?:CASCADE|RESTRICT)\b|(['"`])[A-Z]\w+Stmt\1|\b[A-Z]\w+Stmt\s*:/g;
    const found = files
      .filter((file) => layerOf(file) !== 'sql')
      .flatMap((file) =>
        [...fs.readFileSync(path.join(root, file), 'utf8').matchAll(names)].map(([name]) => `${file}: ${name}`),
      );
    assert.deepEqual(found, []);
  });

  it('has no source file of more than 400 lines, but for lists of facts', () => {
    const lists = new Set(['server/src/sql/action.ts']);
    const long = files.filter(
      (file) => !lists.has(file) && fs.readFileSync(path.join(root, file), 'utf8').split('\n').length > 401,
    );
    assert.deepEqual(long, []);
  });
});
