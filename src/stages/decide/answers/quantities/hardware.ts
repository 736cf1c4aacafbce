import { assumption, type QuantitySpec } from './spec.ts';

const money = { money: true, scale: 'log' } as const;

/** Speeds of a model of 8 billion parameters on one machine; other sizes are scaled by their parameters. */
const speeds = (kind: 'GPU' | 'CPU') =>
  ({
    outputTokensPerSecond: {
      label: `output tokens a second of one request on the ${kind}`,
      unit: 'tokens/s, 8B',
      scale: 'log',
      plausible: [0.01, 100_000],
      default: kind === 'CPU' ? { low: 10, high: 30 } : { low: 20, high: 60 },
      why: 'It says how long one request keeps the machine busy.',
      source: kind === 'CPU' ? 'figure cpu-tokens-per-second' : assumption,
    },
    promptTokensPerSecond: {
      label: `prompt tokens a second of one request on the ${kind}`,
      unit: 'tokens/s, 8B',
      scale: 'log',
      plausible: [0.01, 1_000_000],
      default: kind === 'CPU' ? { low: 50, high: 200 } : { low: 500, high: 3000 },
      why: 'Reading a long prompt is work too.',
      source: assumption,
    },
    parallel: {
      label: `requests the ${kind} works on at once`,
      unit: 'requests',
      scale: 'log',
      plausible: [1, 1024],
      default: kind === 'CPU' ? { low: 1, high: 1 } : { low: 8, high: 32 },
      why: 'It sets how many requests a machine carries in the peak.',
      source: assumption,
    },
    requestSeconds: {
      label: `seconds one request takes on the ${kind}`,
      unit: 's',
      scale: 'log',
      plausible: [1e-6, 86_400],
      default: null,
      why: 'Where it was measured it replaces the estimate from tokens a second.',
      source: 'derived from tokens and tokens a second',
    },
  }) as const satisfies Record<string, QuantitySpec>;

const [gpu, cpu] = [speeds('GPU'), speeds('CPU')];

/** Questions on the specialist and the machines it may run on. */
export const hardwareQuantities = {
  'specialist.parametersBillions': {
    label: "specialist's size",
    unit: 'billion parameters',
    scale: 'log',
    plausible: [0.001, 200],
    default: { low: 0.5, high: 8 },
    why: 'Its speed and the memory it needs follow from it.',
    source: assumption,
  },
  'specialist.inputTokens': {
    label: "input tokens of the specialist's prompt",
    unit: 'tokens',
    scale: 'log',
    plausible: [1, 2_000_000],
    default: null,
    why: 'A specialist needs no instruction and no examples: its prompt is shorter.',
    source: 'as many as the large model gets, the worst case',
  },
  'hardware.rentedGpu.pricePerHour': {
    ...money,
    label: 'rent of a GPU',
    unit: 'an hour',
    plausible: [0.01, 1000],
    default: { low: 0.5, high: 2.5 },
    why: 'It is paid at night too.',
    source: assumption,
  },
  'hardware.rentedGpu.outputTokensPerSecond': gpu.outputTokensPerSecond,
  'hardware.rentedGpu.promptTokensPerSecond': gpu.promptTokensPerSecond,
  'hardware.rentedGpu.parallel': gpu.parallel,
  'hardware.rentedGpu.requestSeconds': gpu.requestSeconds,
  'hardware.ownedGpu.purchasePrice': {
    ...money,
    label: 'price of a server with a GPU',
    unit: 'a machine',
    plausible: [50, 5_000_000],
    default: { low: 2500, high: 8000 },
    why: 'It is spread over its life with interest.',
    source: assumption,
  },
  'hardware.ownedGpu.lifetimeMonths': {
    label: 'life of the server',
    unit: 'months',
    scale: 'log',
    plausible: [1, 240],
    default: { low: 36, high: 60 },
    why: 'The purchase is spread over it.',
    source: 'usual depreciation of servers',
  },
  'hardware.ownedGpu.watts': {
    label: 'power the server draws',
    unit: 'W',
    scale: 'log',
    plausible: [1, 50_000],
    default: { low: 250, high: 600 },
    why: 'It is paid day and night.',
    source: assumption,
  },
  'hardware.ownedGpu.hostingPerMonth': {
    ...money,
    label: 'hosting of the server',
    unit: 'a month',
    plausible: [0.01, 1_000_000],
    default: { low: 20, high: 100 },
    why: 'Space, network and spare parts are not free.',
    source: assumption,
  },
  'hardware.ownedGpu.outputTokensPerSecond': gpu.outputTokensPerSecond,
  'hardware.ownedGpu.promptTokensPerSecond': gpu.promptTokensPerSecond,
  'hardware.ownedGpu.parallel': gpu.parallel,
  'hardware.ownedGpu.requestSeconds': gpu.requestSeconds,
  'hardware.cpu.pricePerHour': {
    ...money,
    label: 'cost of a CPU server, all included',
    unit: 'an hour',
    plausible: [0.0001, 1000],
    default: { low: 0.1, high: 0.4 },
    why: 'A small model often needs no GPU.',
    source: assumption,
  },
  'hardware.cpu.outputTokensPerSecond': cpu.outputTokensPerSecond,
  'hardware.cpu.promptTokensPerSecond': cpu.promptTokensPerSecond,
  'hardware.cpu.parallel': cpu.parallel,
  'hardware.cpu.requestSeconds': cpu.requestSeconds,
} as const satisfies Record<string, QuantitySpec>;
