/** Group of every row, or null for a row that stands alone; null altogether where no row has a group. */
export type Groups = readonly (string | null)[] | null;

/** Rows gathered by group: the rows of cluster k are `rows[offsets[k]..offsets[k + 1])`. */
export interface Clusters {
  readonly count: number;
  readonly rowCount: number;
  readonly offsets: Int32Array;
  readonly rows: Int32Array;
}

/**
 * Gathers rows by group, in order of first appearance. A row without a group is a cluster of its own.
 *
 * @param rowCount rows, integer above 0
 * @throws RangeError where there are no rows, or groups are given for another number of rows
 */
export function clusterRows(rowCount: number, groups: Groups = null): Clusters {
  if (!(Number.isInteger(rowCount) && rowCount > 0))
    throw new RangeError(`an estimate needs at least one row, got ${rowCount}`);
  if (groups !== null && groups.length !== rowCount)
    throw new RangeError(`got ${groups.length} groups for ${rowCount} rows`);
  const clusterOfGroup = new Map<string, number>();
  const clusterOfRow = new Int32Array(rowCount);
  let count = 0;
  for (let row = 0; row < rowCount; row++) {
    const group = groups?.[row] ?? null;
    let cluster = group === null ? undefined : clusterOfGroup.get(group);
    if (cluster === undefined) {
      cluster = count++;
      if (group !== null) clusterOfGroup.set(group, cluster);
    }
    clusterOfRow[row] = cluster;
  }
  const offsets = new Int32Array(count + 1);
  for (const cluster of clusterOfRow) offsets[cluster + 1]!++;
  for (let k = 0; k < count; k++) offsets[k + 1]! += offsets[k]!;
  const next = offsets.slice();
  const rows = new Int32Array(rowCount);
  clusterOfRow.forEach((cluster, row) => {
    rows[next[cluster]!++] = row;
  });
  return { count, rowCount, offsets, rows };
}

/**
 * Sum of a value over the rows of each cluster, and how many rows that is.
 *
 * @throws RangeError where a value is not finite or their number is not the number of rows
 */
export function clusterSums(
  values: ArrayLike<number>,
  clusters: Clusters,
): { sums: Float64Array; sizes: Float64Array } {
  if (values.length !== clusters.rowCount)
    throw new RangeError(`got ${values.length} values for ${clusters.rowCount} rows`);
  const sums = new Float64Array(clusters.count);
  const sizes = new Float64Array(clusters.count);
  for (let k = 0; k < clusters.count; k++) {
    const end = clusters.offsets[k + 1]!;
    sizes[k] = end - clusters.offsets[k]!;
    for (let at = clusters.offsets[k]!; at < end; at++) sums[k]! += values[clusters.rows[at]!]!;
    if (!Number.isFinite(sums[k]!)) throw new RangeError('every value must be finite');
  }
  return { sums, sizes };
}
