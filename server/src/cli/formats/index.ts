import { rules } from '../../../../rules/index.js';
import { github } from './github.js';
import { gitlab } from './gitlab.js';
import { junit } from './junit.js';
import { markdown } from './markdown.js';
import type { GateReport } from './report.js';
import { sarif } from './sarif.js';

/** The formats that programs read, by the words behind --format. */
export const writers: Readonly<Record<string, (report: GateReport) => string>> = {
  sarif: (report) => sarif(report, rules),
  github,
  gitlab,
  junit,
  markdown: (report) => markdown(report),
};
