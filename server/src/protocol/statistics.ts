import { captureStatistics } from '../database/capture.js';
import { statisticsRemarks } from '../sizes/remarks.js';
import { statisticsText } from '../sizes/statistics.js';
import { nodeFiles } from '../workspace/node-files.js';
import { isReplaceable } from '../workspace/statistics-file.js';
import { pathOfUri } from './file-uris.js';
import type { CaptureStatisticsParams, CaptureStatisticsResult } from './messages/messages.js';

/** Asks a server for the sizes of its tables, for an editor. */
export type CaptureStatistics = (
  params: CaptureStatisticsParams,
  signal: AbortSignal,
) => Promise<CaptureStatisticsResult>;

/**
 * Asks a server for the sizes of its tables. Writes nothing: the client does. Throws an Error in one sentence, without a
 * secret, when the server cannot be asked or the file that the numbers are for is another one.
 */
export async function captureForEditor(
  { uri, url }: CaptureStatisticsParams,
  signal: AbortSignal,
): Promise<CaptureStatisticsResult> {
  const path = pathOfUri(uri, undefined);
  if (path === undefined) throw new Error(`${uri} is no file on disk.`);
  if (nodeFiles.exists(path) !== undefined && !isReplaceable(path, nodeFiles))
    throw new Error(`${path} is no file of table statistics; it was left alone.`);
  const { address, statistics } = await captureStatistics(url, { signal });
  return {
    text: statisticsText(statistics),
    address,
    tables: statistics.tables.length,
    remarks: statisticsRemarks(statistics),
  };
}
