import type { Run } from './project.js';

/** What a run is called in the table: a few words that can be compared. */
export function said({ ok, hung, output }: Run): string {
  if (hung) return 'hangs';
  if (/cannot be executed within a pipeline/.test(output)) return 'fails: pipeline';
  if (/cannot (?:run|be executed) inside a transaction block|cannot run inside a transaction/.test(output))
    return 'fails: transaction';
  return ok ? 'runs' : `fails: ${reason(output)}`;
}

/** The line of an output that says why, without what is another on each run: paths, hashes, numbers of processes. */
function reason(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.replace(/\u001b\[[\d;]*m/g, '').trim())
    .filter((line) => line !== '' && !/^at |node:internal|^\^|^Node\.js/.test(line));
  const line =
    lines.find((each) => /^ERROR: Exception Primary Reason/.test(each)) ??
    lines.find((each) => /^\S*(?:Error|ERROR)\b/.test(each)) ??
    lines.find((each) => /error|fail|invalid|corrupt|must|cannot/i.test(each)) ??
    lines.at(-1) ??
    '';
  // "Error during migration run:" says it in the line behind.
  const whole = line.endsWith(':') ? `${line} ${lines[lines.indexOf(line) + 1] ?? ''}` : line;
  return whole
    .replace(/(?:\/[\w.@+-]+){2,}\//g, '')
    .replace(/\b[\da-f]{12,}\b(?<![\d]{13,17})/g, '…')
    .slice(0, 110);
}
