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

export const measuredOn: MeasuredOn = { postgres: 15, cores: 2, largest: 300000 };

export const costs: Readonly<Record<CostKind, Cost>> = {
  btree: {
    ms: {
      fixed: 1.252,
      row: 0.0002487,
      byte: 2.849e-8,
      indexRow: 0,
    },
    low: 0.58,
    high: 2.4,
    wal: {
      fixed: 164700,
      row: 9.328,
      byte: 0.0004595,
      indexRow: 0,
    },
    disk: {
      fixed: 176300,
      row: 9.916,
      byte: 2.65e-7,
      indexRow: 0,
    },
  },
  concurrently: {
    ms: {
      fixed: 0.7398,
      row: 0.0004398,
      byte: 0,
      indexRow: 0,
    },
    low: 0.6,
    high: 2,
    wal: {
      fixed: 146900,
      row: 6.75,
      byte: 0.00001081,
      indexRow: 0,
    },
    disk: {
      fixed: 174400,
      row: 7.342,
      byte: 0.0000877,
      indexRow: 0,
    },
  },
  gin: {
    ms: {
      fixed: 0.6382,
      row: 0.0004357,
      byte: 3.042e-7,
      indexRow: 0,
    },
    low: 0.6,
    high: 2,
    wal: {
      fixed: 5425,
      row: 3.481,
      byte: 0.001459,
      indexRow: 0,
    },
    disk: {
      fixed: 34650,
      row: 5.44,
      byte: 0.00164,
      indexRow: 0,
    },
  },
  scan: {
    ms: {
      fixed: 0.6224,
      row: 0.00003184,
      byte: 1.009e-7,
      indexRow: 0,
    },
    low: 0.6,
    high: 2,
    wal: {
      fixed: 131.6,
      row: 0.000004339,
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
      fixed: 1.541,
      row: 0.0001136,
      byte: 1.259e-7,
      indexRow: 0,
    },
    low: 0.6,
    high: 2,
    wal: {
      fixed: 13590,
      row: 0.01443,
      byte: 0.000073,
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
      fixed: 0.8126,
      row: 0.000197,
      byte: 0.000002573,
      indexRow: 0.0002685,
    },
    low: 0.6,
    high: 2,
    wal: {
      fixed: 106700,
      row: 33.2,
      byte: 0.9452,
      indexRow: 17.38,
    },
    disk: {
      fixed: 72910,
      row: 10.54,
      byte: 0.974,
      indexRow: 19.94,
    },
  },
  update: {
    ms: {
      fixed: 0,
      row: 0.0007657,
      byte: 0.000002867,
      indexRow: 0.001004,
    },
    low: 0.6,
    high: 2.5,
    wal: {
      fixed: 0,
      row: 109.5,
      byte: 1.903,
      indexRow: 75.67,
    },
    disk: {
      fixed: 27950,
      row: 0.01444,
      byte: 0.9996,
      indexRow: 19.19,
    },
  },
};
