import type { TaskKind } from '../core/task.ts';

/** The task section by kind. A `#` directly before a key switches an optional key off; prose has a space after it. */
const tasks: Readonly<Record<TaskKind, string>> = {
  classify: `# The task: answer every input with one label of a closed set.
task:
  kind: classify
  # All labels of your rows, or a list: [Leaking, Breakdown, Overheating]
  labels: from-data
  # Says the task to models that have not learnt it: the untuned base, the large model.
  #instruction: Which failure mode does this maintenance note describe?
`,
  extract: `# The task: answer every input with JSON that satisfies a schema.
task:
  kind: extract
  # Inline as here, or the path of a file: schema: answer.schema.json
  schema:
    type: object
    properties:
      item: { type: array, items: { type: string } }
      activity: { type: array, items: { type: string } }
    required: [item, activity]
    additionalProperties: false
  # Says the task to models that have not learnt it: the untuned base, the large model.
  #instruction: List the items and activities of this work order.
  # Upper bound on the length of an answer.
  #maxAnswerTokens: 512
`,
  generate: `# The task: answer every input with free text.
task:
  kind: generate
  # Says the task to models that have not learnt it: the untuned base, the large model.
  #instruction: Write this work order in plain words.
  # Upper bound on the length of an answer.
  #maxAnswerTokens: 256
`,
};

/** Text of a new stepdown.yaml. Everything that is not switched off by `#` is needed or worth reading first. */
export function starterConfig(kind: TaskKind, name: string): string {
  return `# yaml-language-server: $schema=.stepdown/stepdown.schema.json
#
# Everything stepdown does for one task. What is not here has a default;
# keys behind a "#" are switched off and show what else there is.

name: ${name}

# Time against quality: quick, standard or thorough. Rank, epochs, learning rate
# and the rest are derived from it and printed; each can be set under "train".
effort: standard

${tasks[kind]}
# Your labelled rows: JSON Lines, CSV, TSV, Parquet, or OpenAI chat format.
data:
  sources:
    - file: data/rows.jsonl
    # Rows that are only ever measured on, never trained on:
    #- file: data/test.jsonl
    #  split: test
  fields:
    # Columns; several make one input with a template: "{title}\\n{body}"
    input: input
    output: output
    # Rows of one customer, machine or document stay in one split:
    #group: customer
  # Licence of the rows; it goes into the model card.
  #licence: Apache-2.0

# The model to fine-tune: \`stepdown models list\`, or hf:, pypi:, file: (any model).
model: smollm2-135m-instruct

# Overrides what "effort" derives.
#train:
#  epochs: 8
#  learningRate: 0.0005
#  seed: 1

# How much a smaller file may lose against F16, in units of the metric.
#quantize:
#  margin: 0.02

# The large model you pay for today, to be measured on the same rows.
#large:
#  baseUrl: https://api.example.com/v1
#  model: large-model
#  # The NAME of the variable that holds the key; never the key.
#  apiKeyEnv: LARGE_MODEL_KEY
#  # US dollars per million tokens.
#  price: { input: 2.5, cachedInput: 1.25, output: 10 }

# This machine. Defaults: every core, the GPU where there is one.
#runtime:
#  threads: 4
#  offline: true
`;
}
