import { pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { rules } from '../../rules/index.js';
import type { Analysis } from '../../server/src/analysis/analyze.js';
import type { Checker } from '../../server/src/protocol/checker.js';
import { nodeCode } from '../../server/src/workspace/code-files.js';
import { createWorkspaceChecker } from '../../server/src/protocol/workspace-checker.js';
import type { FileProblem } from '../../server/src/workspace/files.js';
import { Workspace } from '../../server/src/workspace/workspace.js';
import { loadHostParsers } from '../../server/src/workspace/host-parsers.js';
import { memoryFiles } from '../protocol/support/memory-files.js';
import type { Campaign, Fault } from './campaigns.js';
import { formHistory, forms } from './forms.js';
import { grammarText } from './grammar.js';
import { changed } from './mutate.js';
import type { Random } from './random.js';

/** As many edits, one after the other, on the texts of a folder that is open in an editor. */
const MOST_EDITS = 12;

/** Random edits, saves, closings and new files; what the editor's checker says then, against a fresh look at the same. */
export const editingCampaign: Campaign = {
  name: 'edit sequence',
  share: 3,
  async run(random) {
    const disk = folder(random);
    const open = new Map<string, TextDocument>();
    const checker = checkerOver(disk, open);
    const faults: Fault[] = [];
    const count = 2 + random.below(MOST_EDITS);
    for (let edit = 0; edit < count; edit++) {
      step(random, disk, open, checker);
      if (random.chance(0.4)) faults.push(...(await compare(random, disk, open, checker)));
    }
    faults.push(...(await compare(random, disk, open, checker)));
    return faults;
  },
};

/** All files of a folder in the order of the command line, against the editor's checker one by one. */
export const foldersCampaign: Campaign = {
  name: 'folder, terminal and editor',
  share: 1,
  async run(random) {
    const disk = folder(random);
    const checker = checkerOver(disk, new Map());
    const workspace = new Workspace(memoryFiles(disk), rules);
    const paths = [...disk.keys()];
    const found: (Analysis | FileProblem)[] = [];
    workspace.analyzeEach(paths, (result, index) => {
      found[index] = result;
    });
    const faults: Fault[] = [];
    for (const [index, path] of paths.entries()) {
      const terminal = found[index];
      const editor = await checker.check(uriOf(path), disk.get(path) ?? '', {});
      if (!terminal || !('findings' in terminal)) faults.push({ what: `no result: ${terminal?.message}`, text: path });
      else if (wordsOf(terminal) !== wordsOf(editor.analysis))
        faults.push({ what: `${wordsOf(terminal)}\n!=\n${wordsOf(editor.analysis)}`, text: disk.get(path) ?? '' });
    }
    return faults;
  },
};

function folder(random: Random): Map<string, string> {
  const disk = new Map([['/p/migrations/0001_a.sql', formHistory]]);
  const count = 1 + random.below(4);
  for (let index = 2; index < 2 + count; index++) {
    const text = random.chance(0.5)
      ? grammarText(random)
      : `${random.times(1, 5, () => random.pick(forms)).join(';\n')};\n`;
    disk.set(`/p/migrations/000${index}_a.sql`, text);
  }
  return disk;
}

function uriOf(path: string): string {
  return pathToFileURL(path).href;
}

function checkerOver(disk: Map<string, string>, open: Map<string, TextDocument>): Checker {
  return createWorkspaceChecker(
    {
      files: memoryFiles(disk),
      code: nodeCode,
      loadHostParsers,
      rules,
      filesOnDefaultBranch: () => undefined,
      readPackageFile: async () => undefined,
    },
    {
      folders: () => ['file:///p'],
      codeFound: () => {},
      trusted: false,
      openDocuments: () => [...open.values()].map((each) => [each.uri, each.getText()] as const),
      log: (message) => {
        throw new Error(message);
      },
    },
  );
}

function step(random: Random, disk: Map<string, string>, open: Map<string, TextDocument>, checker: Checker): void {
  const path = random.pick([...disk.keys()]);
  const uri = uriOf(path);
  const document = open.get(path);
  const note = (): void => void checker.filesChanged([uri]);
  if (!document) {
    if (random.chance(0.8)) open.set(path, TextDocument.create(uri, 'sql', 1, disk.get(path) ?? ''));
    else {
      disk.set(path, changed(random, disk.get(path) ?? ''));
      note();
    }
    return;
  }
  if (random.chance(0.08)) {
    open.delete(path);
    return;
  }
  if (random.chance(0.08)) {
    disk.set(path, document.getText());
    note();
    return;
  }
  const text = document.getText();
  const start = random.below(text.length + 1);
  const end = Math.min(text.length, start + (random.chance(0.5) ? 0 : random.below(40)));
  const put = random.pick(['', 'x', ' ', "'", '(', ';', '\n', '-- c\n', '/*', '$$', `${random.pick(forms)};\n`]);
  const range = { start: document.positionAt(start), end: document.positionAt(end) };
  open.set(path, TextDocument.update(document, [{ range, text: put }], document.version + 1));
}

async function compare(
  random: Random,
  disk: Map<string, string>,
  open: Map<string, TextDocument>,
  checker: Checker,
): Promise<Fault[]> {
  const path = random.pick([...disk.keys()]);
  const text = open.get(path)?.getText() ?? disk.get(path) ?? '';
  const { analysis } = await checker.check(uriOf(path), text, {});
  const now = new Map(disk);
  for (const [each, document] of open) now.set(each, document.getText());
  const fresh = new Workspace(memoryFiles(now), rules).analyze(path);
  if (!('findings' in fresh)) return [{ what: fresh.message, text }];
  return wordsOf(fresh) === wordsOf(analysis)
    ? []
    : [{ what: `fresh ${wordsOf(fresh)}\n!=\nkept ${wordsOf(analysis)}`, text }];
}

function wordsOf({ findings }: Analysis): string {
  return JSON.stringify(findings.map(({ rule, severity, message, span }) => [rule, severity, message, span]));
}
