import type { RequestResult } from '../../../core/telemetry.ts';
import {
  boundedAlias,
  boundedReason,
  boundedRoute,
  boundedStatus,
  type ErrorCodes,
  isKeyRejection,
  type KnownNames,
} from './bounded-names.ts';
import { families } from './metrics/families.ts';
import { type Cell, Cells, type FamilySnapshot, type Histogram, Histograms } from './metrics/series.ts';

/** The series of one alias and route, found with one look-up a request. */
interface AliasRoute {
  readonly alias: string;
  readonly route: string;
  readonly requests: Map<string, Cell>;
  readonly duration: Histogram;
  readonly firstToken: Histogram;
  readonly prompt: Cell;
  readonly completion: Cell;
  readonly cached: Cell;
  readonly cost: Cell;
  readonly unpriced: Cell;
}

/** Counts requests. This runs once a request on the hot path: plain additions, no allocation once warm. */
export class RequestMetrics {
  readonly #names: KnownNames;
  readonly #codes: ErrorCodes;
  readonly #aliasRoutes = new Map<string, Map<string, AliasRoute>>();
  readonly #requests = new Cells(families.requests);
  readonly #duration = new Histograms(families.duration);
  readonly #firstToken = new Histograms(families.firstToken);
  readonly #tokens = new Cells(families.tokens);
  readonly #cost = new Cells(families.cost);
  readonly #unpriced = new Cells(families.unpriced);
  readonly #errors = new Cells(families.errors);
  readonly #keyRejections = new Cells(families.keyRejections);
  readonly #inFlightCells = new Cells(families.inFlight);
  readonly #inFlight = this.#inFlightCells.at();

  constructor(names: KnownNames, codes: ErrorCodes) {
    this.#names = names;
    this.#codes = codes;
  }

  begun(): void {
    this.#inFlight.value++;
  }

  ended(result: RequestResult): void {
    this.#inFlight.value--;
    if (result.error !== null && result.error !== undefined) {
      const code = this.#codes.of(result.error);
      this.#errors.at(code).value++;
      if (isKeyRejection(result.error)) this.#keyRejections.at(code).value++;
    }
    const alias = boundedAlias(this.#names, result.alias);
    const route = boundedRoute(result.route);
    const [reason, status] = [boundedReason(result.reason), boundedStatus(result.status)];
    // A refusal takes no time and says nothing of how long answers take.
    if (route === 'none') {
      this.#requests.at(alias, route, reason, status).value++;
      return;
    }
    const series = this.#aliasRoute(alias, route);
    this.#requestsCell(series, reason, status).value++;
    series.duration.observe(result.latencyMs / 1000);
    if (result.firstTokenMs !== null) series.firstToken.observe(result.firstTokenMs / 1000);
    series.prompt.value += result.promptTokens ?? 0;
    series.completion.value += result.completionTokens ?? 0;
    series.cached.value += result.cachedTokens ?? 0;
    if (result.costUsd === null) series.unpriced.value++;
    else series.cost.value += result.costUsd;
  }

  snapshot(): FamilySnapshot[] {
    return [
      this.#requests,
      this.#inFlightCells,
      this.#duration,
      this.#firstToken,
      this.#tokens,
      this.#cost,
      this.#unpriced,
      this.#errors,
      this.#keyRejections,
    ].map(series => series.snapshot());
  }

  #aliasRoute(alias: string, route: string): AliasRoute {
    let byRoute = this.#aliasRoutes.get(alias);
    if (byRoute === undefined) {
      byRoute = new Map();
      this.#aliasRoutes.set(alias, byRoute);
    }
    let found = byRoute.get(route);
    if (found === undefined) {
      found = {
        alias,
        route,
        requests: new Map(),
        duration: this.#duration.at(alias, route),
        firstToken: this.#firstToken.at(alias, route),
        prompt: this.#tokens.at(alias, route, 'prompt'),
        completion: this.#tokens.at(alias, route, 'completion'),
        cached: this.#tokens.at(alias, route, 'cached'),
        cost: this.#cost.at(alias, route),
        unpriced: this.#unpriced.at(alias, route),
      };
      byRoute.set(route, found);
    }
    return found;
  }

  #requestsCell({ alias, route, requests }: AliasRoute, reason: string, status: string): Cell {
    const key = reason + status;
    let cell = requests.get(key);
    if (cell === undefined) {
      cell = this.#requests.at(alias, route, reason, status);
      requests.set(key, cell);
    }
    return cell;
  }
}
