/** The state of an LZMA decoder: probabilities, the last distances, and the kind of the previous packets. */

/** Probabilities of the length decoder. */
export interface LengthCoder {
  readonly choice: Uint16Array;
  readonly low: Uint16Array;
  readonly mid: Uint16Array;
  readonly high: Uint16Array;
}

export interface LzmaState {
  readonly lc: number;
  readonly lpMask: number;
  readonly pbMask: number;
  state: number;
  reps: [number, number, number, number];
  readonly literals: Uint16Array;
  readonly isMatch: Uint16Array;
  readonly isRep: Uint16Array;
  readonly isRepG0: Uint16Array;
  readonly isRepG1: Uint16Array;
  readonly isRepG2: Uint16Array;
  readonly isRep0Long: Uint16Array;
  readonly slots: Uint16Array;
  readonly special: Uint16Array;
  readonly align: Uint16Array;
  readonly matchLength: LengthCoder;
  readonly repLength: LengthCoder;
}

/** The number of probabilities, which a reset sets. */
export function sizeOfState({ literals }: LzmaState): number {
  return literals.length + 2000;
}

/** Returns null if the properties are not valid. */
export function createState(properties: number): LzmaState | null {
  const lc = properties % 9;
  const lp = Math.floor(properties / 9) % 5;
  const pb = Math.floor(properties / 45);
  if (pb > 4 || lc + lp > 4) return null;
  const state: LzmaState = {
    lc,
    lpMask: (1 << lp) - 1,
    pbMask: (1 << pb) - 1,
    state: 0,
    reps: [0, 0, 0, 0],
    literals: new Uint16Array(0x300 << (lc + lp)),
    isMatch: new Uint16Array(12 << 4),
    isRep: new Uint16Array(12),
    isRepG0: new Uint16Array(12),
    isRepG1: new Uint16Array(12),
    isRepG2: new Uint16Array(12),
    isRep0Long: new Uint16Array(12 << 4),
    slots: new Uint16Array(4 << 6),
    special: new Uint16Array(128),
    align: new Uint16Array(16),
    matchLength: createLengthCoder(),
    repLength: createLengthCoder(),
  };
  resetState(state);
  return state;
}

function createLengthCoder(): LengthCoder {
  return {
    choice: new Uint16Array(2),
    low: new Uint16Array(16 << 3),
    mid: new Uint16Array(16 << 3),
    high: new Uint16Array(256),
  };
}

export function resetState(lzma: LzmaState): void {
  lzma.state = 0;
  lzma.reps = [0, 0, 0, 0];
  const { literals, isMatch, isRep, isRepG0, isRepG1, isRepG2, isRep0Long, slots, special, align } = lzma;
  const tables = [literals, isMatch, isRep, isRepG0, isRepG1, isRepG2, isRep0Long, slots, special, align];
  for (const coder of [lzma.matchLength, lzma.repLength]) {
    tables.push(coder.choice, coder.low, coder.mid, coder.high);
  }
  for (const table of tables) table.fill(1024);
}
