import assert from 'node:assert/strict';
import { campaigns } from './campaigns.js';
import { MOST_MEMORY, runCampaigns } from './run-campaigns.js';

describe('random inputs', function () {
  this.timeout(120_000);

  for (const { name } of campaigns) {
    it(`of the campaign "${name}" make nothing throw, hang or differ`, async () => {
      const report = await runCampaigns({ seed: 7, inputs: 400, time: 2000, only: name });
      const [first] = report.faults;
      const shown = first && `seed ${first.seed}: ${first.kind} ${first.what}\n${first.text}`.slice(0, 2000);
      assert.ok(first === undefined, shown);
      assert.ok((report.inputs.get(name) ?? 0) > 0);
      assert.ok(report.memory < MOST_MEMORY);
    });
  }
});
