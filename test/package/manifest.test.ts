import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import * as path from 'node:path';
import { tools } from '../../server/src/agent/tools.js';

const root = path.resolve(__dirname, '..', '..', '..');
const manifestText = readFileSync(path.join(root, 'package.json'), 'utf8');
const strings = JSON.parse(readFileSync(path.join(root, 'package.nls.json'), 'utf8')) as Record<string, string>;

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command?: string; readonly when?: string }[]>>;
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly scope?: string }>> };
    readonly snippets: readonly { readonly language: string; readonly path: string }[];
    readonly languages: readonly { readonly id: string; readonly extensions?: readonly string[] }[];
    readonly mcpServerDefinitionProviders: readonly { readonly id: string; readonly when: string }[];
    readonly languageModelTools: readonly {
      readonly name: string;
      readonly toolReferenceName: string;
      readonly modelDescription: string;
      readonly tags: readonly string[];
      readonly when: string;
    }[];
    readonly walkthroughs: readonly { readonly steps: readonly { readonly media: { readonly svg: string } }[] }[];
  };
}
const manifest = JSON.parse(manifestText) as Manifest;
const commandIds = manifest.contributes.commands.map(({ command }) => command);

/** Every file of the client, with its text. */
function clientSources(): readonly { readonly file: string; readonly text: string }[] {
  const folder = path.join(root, 'client', 'src');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file, text: readFileSync(path.join(folder, file), 'utf8') }));
}

describe('package.json', () => {
  it('has a string for every %key%, and no string too many', () => {
    const used = [...manifestText.matchAll(/%([\w.]+)%/g)].map((match) => match[1]);
    assert.deepEqual([...new Set(used)].sort(), Object.keys(strings).sort());
  });

  it('titles commands in Title Case under the category Airlock', () => {
    for (const { command, title, category } of manifest.contributes.commands) {
      const text = strings[title.slice(1, -1)] ?? '';
      assert.equal(category, 'Airlock', command);
      assert.match(text, /^[A-Z]\w*( ([A-Z]\w*|a|as|in|of|on|the|with))*…?$/, command);
    }
  });

  it('hides each command where it can do nothing, except those that always can', () => {
    const hidden = new Set((manifest.contributes.menus.commandPalette ?? []).map((entry) => entry.command));
    const always = commandIds.filter((id) => !hidden.has(id));
    assert.deepEqual(always.sort(), ['airlock.openExample', 'airlock.showOutput']);
  });

  it('names only commands that it contributes, in menus and in the walkthrough', () => {
    const inMenus = Object.values(manifest.contributes.menus).flatMap((entries) =>
      entries.map((entry) => entry.command),
    );
    const inText = [...JSON.stringify(strings).matchAll(/command:(airlock\.\w+)/g)].map((match) => match[1]);
    for (const id of [...inMenus, ...inText]) assert.ok(id === undefined || commandIds.includes(id), id);
  });

  it('contributes no setting that the code does not read, and reads none that it does not contribute', () => {
    const read = new Set(
      clientSources().flatMap(({ text }) =>
        [...text.matchAll(/getConfiguration\('airlock'[^)]*\)\.get\('(\w+)'/g)].map((match) => `airlock.${match[1]}`),
      ),
    );
    // These are read by the server, and `trace.server` by the language client library.
    const byServer = ['codeLens.enabled', 'inlayHints.enabled', 'postgres', 'searchCode', 'trace.server'];
    const expected = [...read, ...byServer.map((each) => `airlock.${each}`)].sort();
    assert.deepEqual(Object.keys(manifest.contributes.configuration.properties).sort(), expected);
  });

  it('takes .sql files from nobody: it contributes no language with file extensions', () => {
    for (const language of manifest.contributes.languages) assert.deepEqual(language.extensions ?? [], [], language.id);
  });

  it('is activated by the languages that its client selects', () => {
    const source = clientSources().find(({ file }) => file === 'languages.ts')?.text ?? '';
    const selected = [...(/languages = \[([^\]]*)\]/.exec(source)?.[1] ?? '').matchAll(/'(\w+)'/g)].map(
      (match) => match[1],
    );
    const activating = manifest.activationEvents.flatMap((event) => /^onLanguage:(\w+)$/.exec(event)?.[1] ?? []);
    assert.deepEqual(activating, selected);
  });

  it('offers the server for agents under the name that it contributes', () => {
    const ids = manifest.contributes.mcpServerDefinitionProviders.map(({ id }) => id);
    const source = clientSources().find(({ file }) => file === 'agent-server.ts')?.text ?? '';
    assert.deepEqual(
      ids,
      [...source.matchAll(/register\('(\w+)'/g)].map((match) => match[1]),
    );
  });

  it('offers the tools for agents as VS Code wants them, and never beside the server that has the same', () => {
    const { languageModelTools, mcpServerDefinitionProviders } = manifest.contributes;
    assert.deepEqual(
      languageModelTools.map(({ name }) => name),
      tools.map(({ name }) => `airlock_${name}`),
    );
    const source = clientSources().find(({ file }) => file === 'agent-tools.ts')?.text ?? '';
    for (const { name } of tools)
      assert.match(source, new RegExp(`^  ${name}: vscode`, 'm'), 'what is shown meanwhile');
    for (const { name, toolReferenceName, modelDescription, tags, when } of languageModelTools) {
      assert.match(name, /^(?!copilot_|vscode_)[\w-]+$/);
      assert.match(toolReferenceName, /^airlock[A-Z][A-Za-z]+$/);
      // It knows the others by the names that they have there.
      assert.doesNotMatch(modelDescription, /\b(?!airlock_)(?:check_sql|\w+_migration)\b/);
      for (const tag of tags) assert.doesNotMatch(tag, /^(?:copilot|vscode)_/);
      assert.equal(
        when,
        'config.airlock.enable && config.airlock.agentTools == editor && isWorkspaceTrusted && !airlock.inBrowser',
      );
    }
    const [server] = mcpServerDefinitionProviders;
    assert.equal(
      server?.when,
      'config.airlock.enable && config.airlock.agentTools == mcp && isWorkspaceTrusted && !airlock.inBrowser',
    );
  });

  it('points at files that exist', () => {
    const media = manifest.contributes.walkthroughs.flatMap(({ steps }) => steps.map((step) => step.media.svg));
    const snippets = manifest.contributes.snippets.map((snippet) => snippet.path);
    for (const file of [...media, ...snippets, 'client/icon.png', 'airlock.config.editor.schema.json']) {
      assert.ok(existsSync(path.join(root, file)), file);
    }
  });
});

describe('the walkthrough pictures', () => {
  it('take every colour from the theme', () => {
    const folder = path.join(root, 'client', 'walkthrough');
    for (const file of readdirSync(folder)) {
      const text = readFileSync(path.join(folder, file), 'utf8');
      assert.match(text, /var\(--vscode-editor-foreground\)/, file);
      // The walkthrough's content security policy refuses style sheets and style attributes.
      assert.doesNotMatch(text, /<style|\sstyle=/, file);
      assert.doesNotMatch(text, /#[0-9a-f]{3,8}\b|rgb\(/i, file);
    }
  });
});
