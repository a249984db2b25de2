// What package.json and the README say of the tools for agents, from the one list in server/src/agent/tools.ts.

/** VS Code forbids names that begin with its own, and wants no dots. */
const PREFIX = 'airlock_';

const ON_SCREEN = 'Files that are open count as they stand in the editor, saved or not.';

const readsFiles = ({ name }) => name !== 'list_patterns';

const toolsOf = (require) => require('../out/server/src/agent/tools.js').tools;

/** "airlockReviewMigration": what a person writes behind # in a prompt. */
const referenceName = (name) => `${PREFIX}${name}`.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** The table of the README. */
export function agentToolTable(require) {
  const rows = toolsOf(require).map(({ name, summary }) => `| \`${name}\` | ${summary} |`);
  return ['| Tool | What it answers |', '| --- | --- |', ...rows].join('\n');
}

/** The text of package.json with the language model tools in it. */
export function manifestWithTools(text, require) {
  const { descriptionOf } = require('../out/server/src/agent/descriptions.js');
  const all = toolsOf(require);
  // Tools speak of one another by names that have the prefix here.
  const names = new RegExp(
    `\\b(?:${all
      .map(({ name }) => name)
      .filter((name) => name.includes('_'))
      .join('|')})\\b`,
    'g',
  );
  const prefixed = (words) => words.replace(names, (name) => `${PREFIX}${name}`);
  const manifest = JSON.parse(text);
  manifest.contributes.languageModelTools = all.map((tool) => ({
    name: `${PREFIX}${tool.name}`,
    displayName: tool.title,
    toolReferenceName: referenceName(tool.name),
    canBeReferencedInPrompt: true,
    icon: '$(shield)',
    tags: ['postgresql', 'migrations'],
    userDescription: sentence(tool.summary),
    modelDescription: `${prefixed(tool.description)}${readsFiles(tool) ? ` ${ON_SCREEN}` : ''}`,
    inputSchema: descriptionOf(tool).inputSchema,
    when: 'config.airlock.enable && config.airlock.agentTools == editor && isWorkspaceTrusted && !airlock.inBrowser',
  }));
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
