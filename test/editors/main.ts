import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * `npm run editors`: Neovim and Emacs without a screen, each with its text of docs/editors.md, on a project of two
 * migrations. A finding has to come, and its fix, chosen by its title, has to make the file what it should be. An editor
 * that is not installed is named and left out; at least one has to be there.
 */
const root = path.resolve(__dirname, '..', '..', '..');
const files = {
  'airlock.config.json': '{ "postgres": 16 }\n',
  'migrations/0001_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);\n',
  'migrations/0002_index.sql': 'CREATE INDEX orders_customer ON orders (customer_id);\n',
};
const wanted = 'CREATE INDEX CONCURRENTLY orders_customer ON orders (customer_id);\n';

interface Editor {
  readonly name: string;
  readonly program: string;
  /** The language of its block in the page, and what the block has to hold. */
  readonly block: { readonly language: string; readonly holds: string };
  /** What it does, in its own language. In: the file with the text of the page. */
  script(own: string): string;
}

const editors: readonly Editor[] = [
  {
    name: 'Neovim',
    program: 'nvim',
    block: { language: 'lua', holds: 'start_client' },
    script: (own) => `dofile(${JSON.stringify(own)})
vim.cmd('filetype on')
vim.cmd('edit migrations/0002_index.sql')
vim.bo.filetype = 'sql'
local function wait(what, test)
  if not vim.wait(20000, test, 50) then
    io.stderr:write('no ' .. what .. '\\n')
    vim.cmd('cquit 1')
  end
end
wait('finding', function() return #vim.diagnostic.get(0) > 0 end)
local found
wait('fix', function()
  local params = vim.lsp.util.make_given_range_params({ 1, 0 }, { 1, 10 }, 0)
  params.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics(0, 0) }
  local answers = vim.lsp.buf_request_sync(0, 'textDocument/codeAction', params, 5000) or {}
  for client, answer in pairs(answers) do
    for _, action in ipairs(answer.result or {}) do
      if action.title == 'Add CONCURRENTLY' then found = { client = client, action = action } end
    end
  end
  return found ~= nil
end)
local action = found.action
local client = vim.lsp.get_client_by_id(found.client)
if not action.edit then
  action = client.request_sync('codeAction/resolve', action, 5000, 0).result
end
vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
vim.cmd('write')
vim.cmd('quitall!')
`,
  },
  {
    name: 'Emacs',
    program: 'emacs',
    block: { language: 'elisp', holds: 'eglot-server-programs' },
    script: (own) => `(package-initialize)
(load ${JSON.stringify(own)})
(remove-hook 'sql-mode-hook #'eglot-ensure)
(setq eglot-sync-connect t eglot-connect-timeout 30 eglot-confirm-server-initiated-edits nil)
(defun wait-for (what test)
  (let ((end (+ (float-time) 20)) found)
    (while (and (not (setq found (funcall test))) (< (float-time) end)) (accept-process-output nil 0.1))
    (unless found (message "no %s" what) (kill-emacs 1))
    found))
(find-file "migrations/0002_index.sql")
(sql-mode)
(apply #'eglot (eglot--guess-contact))
(flymake-mode 1)
(wait-for "finding" (lambda () (flymake-start) (flymake-diagnostics)))
(goto-char (point-min))
(let* ((actions (wait-for "fix" (lambda () (append (eglot-code-actions (point-min) (+ (point-min) 10)) nil))))
       (action (seq-find (lambda (each) (equal (plist-get each :title) "Add CONCURRENTLY")) actions)))
  (unless (plist-get action :edit)
    (setq action (jsonrpc-request (eglot-current-server) :codeAction/resolve action)))
  (eglot--apply-workspace-edit (plist-get action :edit)))
(save-buffer)
(kill-emacs 0)
`,
  },
];

/** A block of the page, as a person copies it. */
function blockOf({ language, holds }: Editor['block']): string {
  const page = fs.readFileSync(path.join(root, 'docs', 'editors.md'), 'utf8');
  const blocks = [...page.matchAll(/```(\w+)\n([\s\S]*?)```/g)].filter(([, own]) => own === language);
  const found = blocks.map(([, , text = '']) => text).find((text) => text.includes(holds));
  if (found === undefined) throw new Error(`docs/editors.md has no ${language} with ${holds}`);
  return found;
}

/** Out: what is wrong; undefined where the fix is in the file. */
function run({ program, block, script }: Editor): string | undefined {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'airlock-editor-')));
  const at = (name: string): string => path.join(folder, name);
  const extension = block.language === 'lua' ? 'lua' : 'el';
  const all = {
    ...files,
    [`own.${extension}`]: blockOf(block),
    [`drive.${extension}`]: script(at(`own.${extension}`)),
    'bin/pg-airlock': `#!/bin/sh\nexec ${process.execPath} ${path.join(root, 'dist', 'cli.js')} "$@"\n`,
  };
  for (const [name, text] of Object.entries(all)) {
    fs.mkdirSync(path.dirname(at(name)), { recursive: true });
    fs.writeFileSync(at(name), text, { mode: 0o755 });
  }
  try {
    const words =
      extension === 'lua'
        ? ['--headless', '--clean', '-c', `luafile ${at('drive.lua')}`]
        : ['--batch', '--no-init-file', '--load', at('drive.el')];
    const { status, stderr, stdout } = spawnSync(program, words, {
      cwd: folder,
      encoding: 'utf8',
      timeout: 120_000,
      env: { ...process.env, PATH: `${at('bin')}:${process.env.PATH}` },
    });
    const text = fs.readFileSync(at('migrations/0002_index.sql'), 'utf8');
    return text.endsWith(wanted) ? undefined : `${program} ended with ${status}: ${stderr}${stdout}\n${text}`;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const there = editors.filter(({ program }) => spawnSync(program, ['--version']).status === 0);
for (const { name } of editors.filter((each) => !there.includes(each))) console.log(`${name} is not installed.`);
let wrong = there.length === 0 ? 1 : 0;
for (const editor of there) {
  const fault = run(editor);
  console.log(`${fault === undefined ? 'right' : 'WRONG'}  ${editor.name}`);
  if (fault === undefined) continue;
  wrong += 1;
  console.log(fault);
}
process.exitCode = wrong > 0 ? 1 : 0;
