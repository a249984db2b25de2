// A hook for coding agents: judges a migration as it would be after an edit, before the edit is made.
//   node check-edit.mjs [COMMAND …]      default command: npx --no-install pg-airlock
// In, on standard input: the call of a tool that writes a file, as JSON (tool_input with file_path and content, or with
// old_string and new_string, or with a list of edits). Exit code 2 keeps the edit from being made, with the reason on
// standard error. Whatever goes wrong here lets it pass: a hook is a help and no gate; the gate is in CI.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** The whole text behind an edit; undefined where that is not known. */
function textAfter(file, { content, edits, ...single }) {
  if (typeof content === 'string') return content;
  let text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  for (const { old_string: old, new_string: made, replace_all: all } of edits ?? [single]) {
    if (typeof old !== 'string' || typeof made !== 'string' || !text.includes(old)) return undefined;
    // A function, so that "$&" in a text is no pattern.
    text = all ? text.replaceAll(old, () => made) : text.replace(old, () => made);
  }
  return text;
}

/** Why the edit is not to be made; undefined where it may be. */
function objection(call, [program, ...words]) {
  const input = call.tool_input ?? {};
  if (typeof input.file_path !== 'string') return undefined;
  const cwd = call.cwd ?? process.cwd();
  const file = path.resolve(cwd, input.file_path);
  const isSql = file.endsWith('.sql');
  if (!isSql && !(/migrat/i.test(path.dirname(file)) && /\.(?:[cm]?[jt]s|py|rb)$/.test(file))) return undefined;
  const text = textAfter(file, input);
  if (text === undefined) return undefined;
  const { status, stdout } = spawnSync(program, [...words, 'check', '--stdin-path', file, '--format', 'json'], {
    cwd,
    input: text,
    encoding: 'utf8',
    timeout: 20_000,
    shell: process.platform === 'win32',
  });
  if (status !== 1) return undefined;
  const findings = JSON.parse(stdout).files.flatMap((each) => each.findings);
  return findings
    .filter((each) => each.severity === 'error')
    .map((each) => `${input.file_path}:${each.range.start.line + 1} ${each.rule}: ${each.message}`)
    .join('\n');
}

try {
  const command = process.argv.length > 2 ? process.argv.slice(2) : ['npx', '--no-install', 'pg-airlock'];
  const why = objection(JSON.parse(fs.readFileSync(0, 'utf8')), command);
  if (why) {
    process.stderr.write(`Airlock: this migration would hurt a running system.\n${why}\n`);
    process.exitCode = 2;
  }
} catch {
  // It fails open.
}
