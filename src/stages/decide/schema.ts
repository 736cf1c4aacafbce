import { z } from 'zod';
import { type QuantityAnswer, type QuantityKey, quantityKeys, specOf } from './answers/quantities/index.ts';

/** A number, `{low, high}`, or `unknown`: the last widens the interval to the default that is shown. */
function quantity(key: QuantityKey) {
  const spec = specOf(key);
  return (
    z
      .unknown()
      // What is plausible for money depends on the currency, which is stated elsewhere: see `moneyIsPlausible`.
      .superRefine((value, context) => {
        const problem = problemOf(key, value, spec.money ? null : 1, spec.unit);
        if (problem !== null) context.addIssue({ code: 'custom', message: problem });
      })
      .transform(value => value as QuantityAnswer)
      .optional()
      .meta({ ...writtenQuantity, description: `${spec.label} (${spec.unit}). ${spec.why}` })
  );
}

/** A quantity in the JSON Schema of stepdown.yaml; whether it is plausible is told here alone. */
const writtenQuantity = {
  anyOf: [
    { type: 'number' },
    { const: 'unknown' },
    {
      type: 'object',
      properties: { low: { type: 'number' }, high: { type: 'number' } },
      required: ['low', 'high'],
      additionalProperties: false,
    },
  ],
};

/**
 * What is wrong with an answer to a quantity; null where nothing is.
 * @param scale what one unit of the answer is in the unit of the plausible range; null where only the form is looked at
 */
function problemOf(key: QuantityKey, value: unknown, scale: number | null, unit: string): string | null {
  if (value === 'unknown') return null;
  const { label, plausible } = specOf(key);
  const [lowest, highest] = plausible.map(end => end / (scale ?? 1)) as [number, number];
  const range = `${label} lies in ${plain(lowest)} to ${plain(highest)} ${unit}`;
  const fits = (number: unknown) =>
    typeof number === 'number' && (scale === null || (number >= lowest && number <= highest));
  if (typeof value === 'number') return fits(value) ? null : `is impossible: ${range}`;
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return `must be a number, {low, high} or unknown${scale === null ? '' : `; ${range}`}`;
  const { low, high, ...others } = value as Record<string, unknown>;
  if (Object.keys(others).length > 0 || low === undefined || high === undefined)
    return 'a range has exactly the keys low and high';
  if (!fits(low) || !fits(high)) return `is impossible: ${range}`;
  return (low as number) > (high as number) ? 'low is above high' : null;
}

/** Refuses amounts that are impossible in the currency of the answers; without its rate, only those not above zero. */
function moneyIsPlausible(answers: Answers, context: z.RefinementCtx): void {
  const { currency, usdPerUnit } = answers.economics;
  const rate = currency === 'USD' ? 1 : usdPerUnit;
  for (const key of quantityKeys) {
    const { money, unit } = specOf(key);
    const path = key.split('.');
    const value = path.reduce<unknown>((node, step) => Object(node)[step], answers);
    // What is wrong in its form has been said already.
    if (!money || value === undefined || problemOf(key, value, null, unit) !== null) continue;
    const lowest = typeof value === 'object' ? (value as { low: number }).low : value;
    if (rate === undefined && (typeof lowest !== 'number' || lowest > 0)) continue;
    const problem = problemOf(key, value, rate ?? 1, `${rate === undefined ? 'USD' : currency} ${unit}`);
    if (problem !== null) context.addIssue({ code: 'custom', path, message: problem });
  }
}

/** One of several words, or `unknown`. */
function choice<const Values extends readonly string[]>(values: Values, why: string) {
  return z
    .enum([...values, 'unknown'])
    .default('unknown')
    .meta({ description: why });
}

/** `true` and `false`, as other YAML writes yes and no, in the words of this file. */
const asWord = (value: unknown) => (typeof value === 'boolean' ? (value ? 'yes' : 'no') : value);

function yesOrNo(why: string) {
  return z
    .preprocess(asWord, z.enum(['yes', 'no', 'unknown']))
    .default('unknown')
    .meta({ description: why });
}

/** A yes or no with a default; `yes` and `no` mean `true` and `false`, as in the rest of the file. */
function flag(byDefault: boolean, description: string) {
  const asBoolean = (value: unknown) => (value === 'yes' ? true : value === 'no' ? false : value);
  return z.preprocess(asBoolean, z.boolean()).default(byDefault).meta({ description });
}

const section = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape).prefault({} as never);

/** Numbers in full, as a person would write them. */
function plain(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 6 });
}

const region = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens, e.g. eu')
  .optional();

const gpuSpeeds = (id: 'rentedGpu' | 'ownedGpu') => ({
  available: flag(true, 'Whether it may be used.'),
  outputTokensPerSecond: quantity(`hardware.${id}.outputTokensPerSecond`),
  promptTokensPerSecond: quantity(`hardware.${id}.promptTokensPerSecond`),
  parallel: quantity(`hardware.${id}.parallel`),
  requestSeconds: quantity(`hardware.${id}.requestSeconds`),
});

const listPrice = (key: QuantityKey) => {
  const [lowest, highest] = specOf(key).plausible;
  const range = `must lie in ${plain(lowest)} to ${plain(highest)} US dollars a million tokens`;
  return z.number(range).min(lowest, range).max(highest, range);
};

/** A user's own list prices, US dollars a million tokens; each with its date and where it was read. */
export const pricesSchema = z
  .array(
    z
      .strictObject({
        model: z.string().min(1),
        input: listPrice('incumbent.price.input'),
        /** The price of input when absent. */
        cachedInput: listPrice('incumbent.price.cachedInput').optional(),
        output: listPrice('incumbent.price.output'),
        date: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month, e.g. 2026-11'),
        source: z.string().min(1).default('your price list'),
      })
      .transform(price => ({ ...price, cachedInput: price.cachedInput ?? price.input }))
      .refine(({ cachedInput, input }) => cachedInput <= input, 'cachedInput costs more than input'),
  )
  .min(1, 'has no prices')
  .superRefine((prices, context) => {
    const seen = new Set<string>();
    for (const [index, { model }] of prices.entries()) {
      const name = model.toLowerCase();
      if (seen.has(name))
        context.addIssue({ code: 'custom', path: [index, 'model'], message: 'has a price already' });
      seen.add(name);
    }
  });

/** Every key of the answers, without a look at whether amounts are plausible in their currency. */
export const answerKeys = z.strictObject({
  task: z.strictObject({
    kind: z.enum(['classify', 'extract', 'generate']).meta({
      description: 'Kind of task. Labels and records are learnt by small models more surely than free text.',
    }),
    definition: choice(
      ['closed', 'loose'],
      'Whether the labels or the schema are closed. What cannot be defined cannot be trained or tested.',
    ),
    breadth: choice(
      ['narrow', 'moderate', 'broad'],
      'How different the inputs are. Broad inputs want a broad model.',
    ),
    reasoning: choice(
      ['none', 'some', 'heavy'],
      'Whether an answer needs several steps of thought. Small models fall behind first there.',
    ),
    outOfScopeShare: quantity('task.outOfScopeShare'),
    documents: quantity('task.documents'),
    factsChange: choice(
      ['rarely', 'often'],
      'Whether the facts in the answers change from month to month. Training fixes them; retrieval does not.',
    ),
  }),
  data: section({
    labelledRows: quantity('data.labelledRows'),
    labelAgreement: quantity('data.labelAgreement'),
    source: choice(
      ['people', 'logs', 'generated'],
      'Who labelled the rows. Answers of the large model can teach at most what it knows.',
    ),
    canLabelMore: yesOrNo(
      'Whether more rows can be had. Too few rows end the matter only where there will be no more.',
    ),
  }),
  traffic: section({
    callsPerDay: quantity('traffic.callsPerDay'),
    requestsPerSecond: quantity('traffic.requestsPerSecond'),
    peakFactor: quantity('traffic.peakFactor'),
    concurrency: quantity('traffic.concurrency'),
    inputTokens: quantity('traffic.inputTokens'),
    cachedInputShare: quantity('traffic.cachedInputShare'),
    outputTokens: quantity('traffic.outputTokens'),
    latencyMs: quantity('traffic.latencyMs'),
    growthPerYear: quantity('traffic.growthPerYear'),
  }),
  regulation: section({
    dataMayLeave: z
      .preprocess(asWord, z.enum(['yes', 'no', 'region-only', 'unknown']))
      .default('unknown')
      .meta({ description: 'Whether inputs may leave your own network. This decides alone.' }),
    region: region.meta({
      description: 'Where data must stay, with dataMayLeave: region-only. A model elsewhere must not see it.',
    }),
    audit: yesOrNo(
      'Whether every answer must be traceable to a fixed model version. A vendor may change a model; your own stays as it is.',
    ),
  }),
  incumbent: section({
    where: z.enum(['cloud', 'on-premises']).default('cloud').meta({
      description: 'Where the large model runs today. A cloud must not see what may not leave your network.',
    }),
    model: z.string().min(1).optional().meta({
      description: 'Its name. Known names have a dated list price.',
    }),
    region: region.meta({
      description:
        'Where the provider runs it. Outside the region that data must stay in, it must not see them.',
    }),
    prices: z.string().min(1).optional().meta({
      description: 'File of list prices that count before the shipped ones; relative to this file.',
    }),
    price: z
      .strictObject({
        input: quantity('incumbent.price.input'),
        cachedInput: quantity('incumbent.price.cachedInput'),
        output: quantity('incumbent.price.output'),
      })
      .optional(),
    priceChangePerYear: quantity('incumbent.priceChangePerYear'),
  }),
  economics: section({
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'must be a currency code of three capital letters')
      .default('USD')
      .meta({ description: 'Currency of every amount in this file. Costs are compared in US dollars.' }),
    usdPerUnit: z.number().min(1e-6).max(1000).optional().meta({
      description:
        'US dollars for one unit of the currency; needed unless it is USD. Costs are compared in US dollars.',
    }),
    hourlyRate: quantity('economics.hourlyRate'),
    setUpHours: quantity('economics.setUpHours'),
    operationsHoursPerMonth: quantity('economics.operationsHoursPerMonth'),
    retrainingHours: quantity('economics.retrainingHours'),
    trainingCost: quantity('economics.trainingCost'),
    retrainEveryMonths: quantity('economics.retrainEveryMonths'),
    labelCost: quantity('economics.labelCost'),
    rowsPerRetraining: quantity('economics.rowsPerRetraining'),
    horizonMonths: quantity('economics.horizonMonths'),
    discountRate: quantity('economics.discountRate'),
    pricePerKwh: quantity('economics.pricePerKwh'),
  }),
  specialist: section({
    parametersBillions: quantity('specialist.parametersBillions'),
    inputTokens: quantity('specialist.inputTokens'),
  }),
  hardware: section({
    rentedGpu: section({
      ...gpuSpeeds('rentedGpu'),
      pricePerHour: quantity('hardware.rentedGpu.pricePerHour'),
    }),
    ownedGpu: section({
      ...gpuSpeeds('ownedGpu'),
      alreadyOwned: flag(false, 'The server is there and paid for: only power and hosting count.'),
      purchasePrice: quantity('hardware.ownedGpu.purchasePrice'),
      lifetimeMonths: quantity('hardware.ownedGpu.lifetimeMonths'),
      watts: quantity('hardware.ownedGpu.watts'),
      hostingPerMonth: quantity('hardware.ownedGpu.hostingPerMonth'),
    }),
    cpu: section({
      available: flag(true, 'Whether it may be used.'),
      pricePerHour: quantity('hardware.cpu.pricePerHour'),
      outputTokensPerSecond: quantity('hardware.cpu.outputTokensPerSecond'),
      promptTokensPerSecond: quantity('hardware.cpu.promptTokensPerSecond'),
      parallel: quantity('hardware.cpu.parallel'),
      requestSeconds: quantity('hardware.cpu.requestSeconds'),
    }),
  }),
  retrieval: section({
    retrievedTokens: quantity('retrieval.retrievedTokens'),
    hostingPerMonth: quantity('retrieval.hostingPerMonth'),
    setUpHours: quantity('retrieval.setUpHours'),
    operationsHoursPerMonth: quantity('retrieval.operationsHoursPerMonth'),
  }),
  cascade: section({
    escalatedShare: quantity('cascade.escalatedShare'),
    setUpHours: quantity('cascade.setUpHours'),
  }),
});
export type Answers = z.infer<typeof answerKeys>;

/** The answers to the four questions, and the money. What is left out counts as unknown. */
export const answersSchema = answerKeys.superRefine(moneyIsPlausible);
