/** How much of something work takes: a fixed part, and so much for each row, byte of heap, and row of each index. */
export interface Line {
  readonly fixed: number;
  readonly row: number;
  readonly byte: number;
  readonly indexRow: number;
}

export type CostKind = 'btree' | 'concurrently' | 'gin' | 'scan' | 'foreign key' | 'rewrite' | 'update';

export interface Cost {
  /** The middle, in milliseconds. */
  readonly ms: Line;
  /** What the middle is multiplied by for the least and the longest time. */
  readonly low: number;
  readonly high: number;
  /** Bytes of write-ahead log. */
  readonly wal: Line;
  /** Bytes by which the files grow while it runs. */
  readonly disk: Line;
}

export interface MeasuredOn {
  readonly postgres: number;
  readonly cores: number;
  /** Rows of the largest table. */
  readonly largest: number;
}

// Written by `npm run calibrate`.

export const measuredOn: MeasuredOn = { postgres: 15, cores: 2, largest: 1000000 };

export const costs: Readonly<Record<CostKind, Cost>> = {
  btree: {
    ms: {
      fixed: 0.1654,
      row: 0.000293,
      byte: 2.765e-7,
      indexRow: 0,
    },
    low: 0.47,
    high: 4,
    wal: {
      fixed: 173300,
      row: 8.744,
      byte: 0.0003616,
      indexRow: 0,
    },
    disk: {
      fixed: 184200,
      row: 9.359,
      byte: 4.398e-7,
      indexRow: 0,
    },
  },
  concurrently: {
    ms: {
      fixed: 0,
      row: 0.0005211,
      byte: 2.29e-7,
      indexRow: 0,
    },
    low: 0.5,
    high: 4,
    wal: {
      fixed: 151100,
      row: 6.502,
      byte: 0.000008858,
      indexRow: 0,
    },
    disk: {
      fixed: 179800,
      row: 7.032,
      byte: 0.00007255,
      indexRow: 0,
    },
  },
  gin: {
    ms: {
      fixed: 0.5115,
      row: 0.000429,
      byte: 6.074e-7,
      indexRow: 0,
    },
    low: 0.5,
    high: 4,
    wal: {
      fixed: 5322,
      row: 3.492,
      byte: 0.001452,
      indexRow: 0,
    },
    disk: {
      fixed: 38480,
      row: 5.313,
      byte: 0.0008766,
      indexRow: 0,
    },
  },
  scan: {
    ms: {
      fixed: 0.4877,
      row: 0.000031,
      byte: 1.364e-7,
      indexRow: 0,
    },
    low: 0.5,
    high: 4,
    wal: {
      fixed: 131.9,
      row: 9.052e-7,
      byte: 0,
      indexRow: 0,
    },
    disk: {
      fixed: 0,
      row: 0,
      byte: 0,
      indexRow: 0,
    },
  },
  'foreign key': {
    ms: {
      fixed: 1.313,
      row: 0.0000976,
      byte: 2.505e-7,
      indexRow: 0,
    },
    low: 0.5,
    high: 4,
    wal: {
      fixed: 14640,
      row: 0.003842,
      byte: 0.00001903,
      indexRow: 0,
    },
    disk: {
      fixed: 10920,
      row: 0,
      byte: 0,
      indexRow: 0,
    },
  },
  rewrite: {
    ms: {
      fixed: 0.07928,
      row: 0.0001896,
      byte: 0.000002966,
      indexRow: 0.0003591,
    },
    low: 0.5,
    high: 4,
    wal: {
      fixed: 107100,
      row: 33.24,
      byte: 0.9453,
      indexRow: 17.3,
    },
    disk: {
      fixed: 73370,
      row: 10.6,
      byte: 0.974,
      indexRow: 19.83,
    },
  },
  update: {
    ms: {
      fixed: 0,
      row: 0.0009703,
      byte: 0.000002933,
      indexRow: 0.0009562,
    },
    low: 0.5,
    high: 4,
    wal: {
      fixed: 0,
      row: 108.7,
      byte: 1.907,
      indexRow: 80.05,
    },
    disk: {
      fixed: 28650,
      row: 0.05175,
      byte: 0.9996,
      indexRow: 19.08,
    },
  },
};
