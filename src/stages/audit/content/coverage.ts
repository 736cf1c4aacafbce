import type { AuditFinding } from '../../../core/audit.ts';
import { createRandom } from '../../../stats/random/random.ts';
import { HashedTfidf } from '../../../text/hashed-tfidf.ts';
import type { SparseRows } from '../../../text/softmax-classifier.ts';
import type { AuditRows } from '../audit-rows.ts';
import { type Candidate, finding, rowsText, rowsThat } from '../finding.ts';
import { spread } from './spread.ts';

/** Rows that are clustered, at most. */
export const maximumClustered = 5_000;
/** Fewer rows than this have no clusters to speak of. */
const leastRows = 50;
const maximumClusters = 50;
const maximumFeatures = 20_000;
const rounds = 8;
/** Rows that are tried for each first centre, so that a small group that stands apart gets one. */
const seedingTrials = 10;
/** A cluster with less than this share of the mean number of rows is thin. */
const thinShare = 0.25;

/** Rows of clusters that have few: what users ask seldom, or what is missing in the data. */
export function thinCoverage(rows: AuditRows, seed: number): AuditFinding | null {
  const sample = spread(rows.count, maximumClustered);
  if (sample.length < leastRows) return null;
  const texts = sample.map(row => rows.text(row));
  const matrix = new HashedTfidf(texts, maximumFeatures).rows(texts);
  const count = Math.min(maximumClusters, Math.ceil(Math.sqrt(sample.length / 2)));
  const clusters = sphericalKMeans(matrix, sample.length, count, seed);
  const members = Array.from({ length: count }, () => [] as number[]);
  clusters.forEach((cluster, place) => {
    members[cluster]!.push(place);
  });
  const filled = members.filter(list => list.length > 0);
  const mean = sample.length / filled.length;
  const found = filled
    .filter(list => list.length < thinShare * mean)
    .flatMap(list =>
      list.map(place => ({
        row: sample[place]!,
        others: [],
        score: 1 - list.length / mean,
        size: list.length,
      })),
    );
  return finding<Candidate & { size: number }>(rows, {
    kind: 'thin-coverage',
    severity: 'note',
    found,
    summary: `${rowsThat(found.length, 'stands', 'stand')} in clusters of few rows: what the data hardly covers`,
    advice: 'Label more rows like them where users ask such things.',
    method: `Spherical k-means of TF-IDF vectors, ${count} clusters of ${rowsText(sample.length)}; those with less than ${thinShare} of the mean of ${mean.toFixed(0)} rows.`,
    rowsChecked: sample.length,
    explain: ({ size }) => ({
      evidence: `one of ${rowsText(size)} in its cluster; clusters have ${mean.toFixed(0)} on average`,
      suggestion: { action: 'add-rows', target: null, probability: null },
    }),
  });
}

/**
 * Cluster of each row by k-means on the unit sphere, from rows drawn with a probability that grows with their distance.
 *
 * @see I. Dhillon, D. Modha, "Concept decompositions for large sparse text data using clustering", Machine Learning 42, 2001
 * @see D. Arthur, S. Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007
 */
function sphericalKMeans(matrix: SparseRows, rows: number, count: number, seed: number): Int32Array {
  let centres = firstCentres(matrix, rows, count, seed);
  const cluster = new Int32Array(rows);
  const scores = new Float64Array(count);
  for (let round = 0; round < rounds; round++) {
    let moved = 0;
    for (let row = 0; row < rows; row++) {
      scores.fill(0);
      eachEntry(matrix, row, (index, value) => {
        for (let at = 0; at < count; at++) scores[at]! += value * centres[index * count + at]!;
      });
      let best = 0;
      for (let at = 1; at < count; at++) if (scores[at]! > scores[best]!) best = at;
      if (cluster[row] !== best) moved++;
      cluster[row] = best;
    }
    if (round > 0 && moved === 0) break;
    centres = meansOf(matrix, rows, count, cluster);
  }
  return cluster;
}

/** Centres stand together by feature: [features, clusters]. */
function meansOf(matrix: SparseRows, rows: number, count: number, cluster: Int32Array): Float64Array {
  const centres = new Float64Array(matrix.features * count);
  for (let row = 0; row < rows; row++)
    eachEntry(matrix, row, (index, value) => {
      centres[index * count + cluster[row]!]! += value;
    });
  const norms = new Float64Array(count);
  centres.forEach((value, at) => {
    norms[at % count]! += value * value;
  });
  return centres.map((value, at) => value / (Math.sqrt(norms[at % count]!) || 1));
}

/** Each centre is the best of some rows that are drawn: the one that brings the others nearest. */
function firstCentres(matrix: SparseRows, rows: number, count: number, seed: number): Float64Array {
  const random = createRandom(seed);
  const centres = new Float64Array(matrix.features * count);
  let distance = new Float64Array(rows).fill(1);
  const dense = new Float64Array(matrix.features);
  for (let at = 0; at < count; at++) {
    const total = distance.reduce((sum, value) => sum + value, 0);
    let best = { row: 0, distance, total: Number.POSITIVE_INFINITY };
    for (let trial = 0; trial < seedingTrials; trial++) {
      const row = drawn(distance, random.uniform() * total);
      const nearer = distancesWith(matrix, row, distance, dense);
      const left = nearer.reduce((sum, value) => sum + value, 0);
      if (left < best.total) best = { row, distance: nearer, total: left };
    }
    distance = best.distance;
    eachEntry(matrix, best.row, (index, value) => {
      centres[index * count + at] = value;
    });
  }
  return centres;
}

/** The row at which the running sum of the distances passes `mass`. */
function drawn(distance: Float64Array, mass: number): number {
  let left = mass;
  let row = 0;
  while (row < distance.length - 1 && left >= distance[row]!) left -= distance[row++]!;
  return row;
}

/** Distance of every row to its nearest centre, with one row more as a centre. `dense` is zero before and after. */
function distancesWith(matrix: SparseRows, centre: number, distance: Float64Array, dense: Float64Array) {
  const nearer = new Float64Array(distance.length);
  eachEntry(matrix, centre, (index, value) => {
    dense[index] = value;
  });
  for (let row = 0; row < distance.length; row++) {
    let cosine = 0;
    for (let entry = matrix.starts[row]!; entry < matrix.starts[row + 1]!; entry++)
      cosine += matrix.values[entry]! * dense[matrix.indices[entry]!]!;
    nearer[row] = Math.min(distance[row]!, Math.max(0, 1 - cosine));
  }
  eachEntry(matrix, centre, index => {
    dense[index] = 0;
  });
  return nearer;
}

function eachEntry(matrix: SparseRows, row: number, visit: (index: number, value: number) => void): void {
  for (let entry = matrix.starts[row]!; entry < matrix.starts[row + 1]!; entry++)
    visit(matrix.indices[entry]!, matrix.values[entry]!);
}
