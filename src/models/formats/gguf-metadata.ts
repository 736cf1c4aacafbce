import type { GgufCursor } from './gguf-cursor.ts';

/** An array that was walked over but not loaded. */
export interface GgufArray {
  readonly elementType: number;
  readonly length: number;
  /** Byte where the first element begins. */
  readonly position: number;
}

export type GgufValue = string | number | bigint | boolean | GgufArray;

const stringType = 8;
const arrayType = 9;
/** Bytes of the fixed-size value types by their number. */
const scalarBytes = new Map([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 4],
  [5, 4],
  [6, 4],
  [7, 1],
  [10, 8],
  [11, 8],
  [12, 8],
]);
/** A chat template of 40 KB is large; nothing honest is near this. */
const valueLimitBytes = 4 << 20;
const maxArrayDepth = 4;

/** Reads the value after a key; arrays are walked, so that a wrong length is found, but not kept. */
export function readGgufValue(cursor: GgufCursor, key: string): GgufValue {
  const type = cursor.u32();
  if (type === stringType) return cursor.string(`value of ${key}`, valueLimitBytes);
  if (type === arrayType) return walkArray(cursor, key, 1);
  return readScalar(cursor, key, type);
}

function readScalar(cursor: GgufCursor, key: string, type: number): number | bigint | boolean {
  const size = scalarBytes.get(type);
  if (size === undefined) throw cursor.fail(`${key} has unknown value type ${type}`);
  const bytes = cursor.bytes(size);
  switch (type) {
    case 0:
      return bytes.readUInt8();
    case 1:
      return bytes.readInt8();
    case 2:
      return bytes.readUInt16LE();
    case 3:
      return bytes.readInt16LE();
    case 4:
      return bytes.readUInt32LE();
    case 5:
      return bytes.readInt32LE();
    case 6:
      return bytes.readFloatLE();
    case 7: {
      const flag = bytes.readUInt8();
      if (flag > 1) throw cursor.fail(`${key} is a boolean with value ${flag}`);
      return flag === 1;
    }
    case 10:
      return bytes.readBigUInt64LE();
    case 11:
      return bytes.readBigInt64LE();
    default:
      return bytes.readDoubleLE();
  }
}

function walkArray(cursor: GgufCursor, key: string, depth: number): GgufArray {
  if (depth > maxArrayDepth) throw cursor.fail(`${key} nests arrays deeper than ${maxArrayDepth}`);
  const elementType = cursor.u32();
  const length = cursor.u64(`length of ${key}`);
  const array = { elementType, length, position: cursor.position };
  const size = scalarBytes.get(elementType);
  if (size !== undefined) {
    cursor.skip(length * size);
    return array;
  }
  if (elementType !== stringType && elementType !== arrayType) {
    throw cursor.fail(`${key} has unknown element type ${elementType}`);
  }
  // A string takes at least 8 bytes and an array 12: a larger count cannot be true.
  const smallest = elementType === stringType ? 8 : 12;
  if (length * smallest > cursor.remaining) throw cursor.fail(`${key} claims ${length} elements`);
  for (let index = 0; index < length; index++) {
    if (elementType === stringType) cursor.skipString(key);
    else walkArray(cursor, key, depth + 1);
  }
  return array;
}
