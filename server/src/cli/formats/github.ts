import type { Severity } from '../../../../rules/engine/define-rule.js';
import type { GateReport } from './report.js';

const commands: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
  hint: 'notice',
};

/** Text of a workflow command: what would end it, or begin another, is written otherwise. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** Workflow commands of GitHub Actions, a line for each finding: they become annotations of the changed lines. */
export function github({ files }: GateReport): string {
  return files
    .flatMap(({ path, findings }) =>
      findings.map(({ rule, severity, message, range: { start, end } }) => {
        // A column counts on one line only.
        const columns = start.line === end.line ? `,col=${start.character + 1},endColumn=${end.character + 1}` : '';
        const place = `file=${property(path)},line=${start.line + 1},endLine=${end.line + 1}${columns}`;
        return `::${commands[severity]} ${place},title=${property(`Airlock ${rule}`)}::${data(message)}\n`;
      }),
    )
    .join('');
}
