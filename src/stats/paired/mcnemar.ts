import { binomialCdf, binomialPmf } from '../distributions/binomial.ts';

/** Two-sided p-values, each 0..1. */
export interface McNemarResult {
  /** Exact and conservative: the one to report. */
  readonly pValue: number;
  /** Mid-p: close to its nominal level on average, may slightly exceed it. */
  readonly midPValue: number;
}

/**
 * McNemar's exact test that two systems are right equally often on the same rows.
 * Rows on which both are right or both wrong carry no evidence and are not asked for. Rows must be independent.
 *
 * @param wins rows only the system got right, integer at least 0
 * @param losses rows only the reference got right, integer at least 0
 * @throws RangeError where a count is not an integer of at least 0
 * @see Q. McNemar, "Note on the sampling error of the difference between correlated proportions", Psychometrika 12, 1947
 * @see M. Fagerland, S. Lydersen, P. Laake, "The McNemar test for binary matched-pairs data: mid-p and asymptotic are better than exact conditional", BMC Medical Research Methodology 13:91, 2013
 */
export function mcnemarTest(wins: number, losses: number): McNemarResult {
  if (!(Number.isInteger(wins) && Number.isInteger(losses) && wins >= 0 && losses >= 0))
    throw new RangeError(`wins and losses must be integers of at least 0, got ${wins} and ${losses}`);
  const discordant = wins + losses;
  const fewer = Math.min(wins, losses);
  const doubled = 2 * binomialCdf(fewer, discordant, 0.5);
  return {
    pValue: Math.min(1, doubled),
    midPValue: Math.min(1, doubled - binomialPmf(fewer, discordant, 0.5)),
  };
}
