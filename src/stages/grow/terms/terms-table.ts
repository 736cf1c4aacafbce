import type { Basis } from '../../../core/basis.ts';

/**
 * Whether a model may be trained on the answers of another one.
 * `conditions`: yes, with duties; `restricted`: not for some purposes, and it is for the user to judge whether theirs
 * is one of them.
 */
export type TrainingRight = 'allowed' | 'conditions' | 'restricted' | 'forbidden';

/** What a provider's terms or a model's licence say, in our words. Not legal advice. */
export interface TeacherTerms {
  /** Stable name, kebab-case. */
  readonly id: string;
  readonly title: string;
  /** `service`: terms of whoever answers at the address; `model`: licence of the weights, whoever runs them. */
  readonly kind: 'service' | 'model';
  /** Host of the address, as a whole or the end of it; `service` only. */
  readonly hosts: readonly string[];
  /** Of the model's name; `model` only. */
  readonly models: RegExp | null;
  readonly training: TrainingRight;
  /** In a sentence or two. */
  readonly summary: string;
  readonly url: string;
  /** Day on which the summary was written, ISO 8601. */
  readonly writtenOn: string;
  readonly basis: Basis;
}

type Entry = Omit<TeacherTerms, 'kind' | 'hosts' | 'models' | 'writtenOn'>;

const day = '2026-11-28';
const service = (hosts: readonly string[], entry: Entry): TeacherTerms => ({
  ...entry,
  kind: 'service',
  hosts,
  models: null,
  writtenOn: day,
});
const model = (models: RegExp, entry: Entry): TeacherTerms => ({
  ...entry,
  kind: 'model',
  hosts: [],
  models,
  writtenOn: day,
});

/** Terms of the usual teachers. The first `model` entry that fits a name counts; every `service` entry that fits. */
export const termsTable: readonly TeacherTerms[] = [
  service(['api.openai.com', 'openai.azure.com'], {
    id: 'openai-services-agreement',
    title: 'OpenAI Services Agreement',
    training: 'restricted',
    summary:
      'Section 3.3(e): output must not be used to develop models that compete with OpenAI. Excepted are models that classify or organise data and are not given to third parties, and fine-tuning inside the service.',
    url: 'https://openai.com/policies/services-agreement/',
    basis: 'secondary',
  }),
  service(['api.anthropic.com'], {
    id: 'anthropic-commercial-terms',
    title: 'Anthropic Commercial Terms of Service',
    training: 'restricted',
    summary:
      'The service must not be used to build a competing product, which includes training competing models, unless Anthropic agrees.',
    url: 'https://www.anthropic.com/legal/commercial-terms',
    basis: 'secondary',
  }),
  service(['generativelanguage.googleapis.com'], {
    id: 'gemini-api-additional-terms',
    title: 'Gemini API Additional Terms of Service',
    training: 'restricted',
    summary:
      'The service must not be used to develop models that compete with it, and its models must not be extracted or replicated.',
    url: 'https://ai.google.dev/gemini-api/terms',
    basis: 'text',
  }),
  service(['aiplatform.googleapis.com'], {
    id: 'google-cloud-service-terms',
    title: 'Google Cloud Service Specific Terms, generative AI',
    training: 'restricted',
    summary: 'Output must not be used to develop a similar or competing product or service.',
    url: 'https://cloud.google.com/terms/service-terms',
    basis: 'recalled',
  }),
  service(['amazonaws.com'], {
    id: 'aws-service-terms',
    title: 'AWS Service Terms, Amazon Bedrock',
    training: 'restricted',
    summary:
      'The services must not be used to develop foundation models or other large-scale models that compete with them. The licence of the model counts besides.',
    url: 'https://aws.amazon.com/service-terms/',
    basis: 'secondary',
  }),
  service(['api.mistral.ai'], {
    id: 'mistral-terms',
    title: 'Mistral AI Commercial Terms of Service',
    training: 'conditions',
    summary:
      'Output must not be used to find out how the models are made. The ban on competing products is known for images, not for text.',
    url: 'https://legal.mistral.ai/terms/commercial-terms-of-service',
    basis: 'secondary',
  }),
  service(['api.x.ai'], {
    id: 'xai-enterprise-terms',
    title: 'xAI Terms of Service, Enterprise',
    training: 'restricted',
    summary: 'Service and output must not be used to develop competing models, and distilling is named.',
    url: 'https://x.ai/legal/terms-of-service-enterprise',
    basis: 'secondary',
  }),
  service(['api.cohere.com', 'api.cohere.ai'], {
    id: 'cohere-terms',
    title: 'Cohere SaaS Agreement',
    training: 'restricted',
    summary: 'The service must not be used to develop competing products or models.',
    url: 'https://cohere.com/saas-agreement',
    basis: 'recalled',
  }),
  service(['api.deepseek.com'], {
    id: 'deepseek-open-platform-terms',
    title: 'DeepSeek Open Platform terms',
    training: 'allowed',
    summary:
      'Training other models on the output, distillation by name, has been allowed since January 2025.',
    url: 'https://api-docs.deepseek.com/news/news250120',
    basis: 'secondary',
  }),
  model(/deepseek.*distill.*llama/iu, {
    id: 'deepseek-distilled-llama',
    title: 'Llama Community License (base of DeepSeek-R1-Distill-Llama)',
    training: 'conditions',
    summary:
      'The weights are derived from Llama 3.1 and 3.3, whose licence goes with them: a model trained on the output and given to others must have a name that begins with "Llama".',
    url: 'https://github.com/deepseek-ai/DeepSeek-R1#7-license',
    basis: 'secondary',
  }),
  model(/deepseek/iu, {
    id: 'deepseek-weights',
    title: 'MIT License (DeepSeek R1, V3-0324 and later)',
    training: 'allowed',
    summary:
      'MIT, with distillation welcomed by name. Weights before 2025 have the DeepSeek Model License, which allows it and passes its use restrictions on.',
    url: 'https://github.com/deepseek-ai/DeepSeek-R1/blob/main/LICENSE',
    basis: 'secondary',
  }),
  model(/hunyuan/iu, {
    id: 'hunyuan-licence',
    title: 'Tencent Hunyuan Community License',
    training: 'forbidden',
    summary:
      'Output must not be used to improve any model other than Hunyuan and what derives from it; not licensed in the EU, the UK and South Korea.',
    url: 'https://huggingface.co/tencent',
    basis: 'secondary',
  }),
  model(/llama[-_ ]?2(?![.\d])/iu, {
    id: 'llama-2-licence',
    title: 'Llama 2 Community License',
    training: 'forbidden',
    summary:
      'Output must not be used to improve any language model other than Llama 2 and what derives from it.',
    url: 'https://ai.meta.com/llama/license/',
    basis: 'text',
  }),
  model(/llama[-_ ]?(3[-_.]?[1-9](?!\d*b)|[4-9](?!\d*b))/iu, {
    id: 'llama-3.1-licence',
    title: 'Llama 3.1 Community License and later',
    training: 'conditions',
    summary:
      'Allowed. A model trained on the output and given to others must have a name that begins with "Llama" and show "Built with Llama".',
    url: 'https://www.llama.com/llama3_1/license/',
    basis: 'text',
  }),
  model(/llama[-_ ]?3/iu, {
    id: 'llama-3-licence',
    title: 'Llama 3 Community License',
    training: 'forbidden',
    summary:
      'Output must not be used to improve any language model other than Llama 3 and what derives from it.',
    url: 'https://www.llama.com/llama3/license/',
    basis: 'text',
  }),
  model(/gemma[-_ ]?4/iu, {
    id: 'gemma-4-licence',
    title: 'Apache License 2.0 (Gemma 4)',
    training: 'allowed',
    summary:
      'Apache 2.0 says nothing about output. Check the model card, as earlier versions have other terms.',
    url: 'https://ai.google.dev/gemma/docs',
    basis: 'recalled',
  }),
  model(/gemma/iu, {
    id: 'gemma-terms',
    title: 'Gemma Terms of Use',
    training: 'conditions',
    summary:
      'A model trained on Gemma’s output to perform like it counts as a derivative: the terms and the list of prohibited uses go with it.',
    url: 'https://ai.google.dev/gemma/terms',
    basis: 'text',
  }),
  model(/qwen[-_ ]?2[-_.]?5[-_ ]?3b|qwen.*(research)/iu, {
    id: 'qwen-research-licence',
    title: 'Qwen Research License',
    training: 'forbidden',
    summary: 'Research only: neither the model nor what is made with it may be used commercially.',
    url: 'https://huggingface.co/Qwen/Qwen2.5-3B-Instruct/blob/main/LICENSE',
    basis: 'recalled',
  }),
  model(/qwen[-_ ]?2([-_.]?5)?[-_ ].*72b/iu, {
    id: 'qwen-licence',
    title: 'Qwen License Agreement',
    training: 'conditions',
    summary:
      'Allowed. Documentation of a model trained on the output and given to others must say "Built with Qwen" or "Improved using Qwen".',
    url: 'https://huggingface.co/Qwen/Qwen2.5-72B-Instruct/blob/main/LICENSE',
    basis: 'text',
  }),
  model(/qwen[-_ ]?(2|3)|qwq/iu, {
    id: 'qwen-apache',
    title: 'Apache License 2.0 (most Qwen 2, 2.5 and 3 weights)',
    training: 'allowed',
    summary:
      'Apache 2.0 says nothing about output. Hosted Qwen models without published weights have other terms.',
    url: 'https://huggingface.co/Qwen/Qwen3-32B/blob/main/LICENSE',
    basis: 'recalled',
  }),
  model(/gpt[-_ ]?oss/iu, {
    id: 'gpt-oss',
    title: 'Apache License 2.0 (gpt-oss)',
    training: 'allowed',
    summary: 'Apache 2.0 says nothing about output; a short usage policy asks to keep to the law.',
    url: 'https://huggingface.co/openai/gpt-oss-120b/blob/main/LICENSE',
    basis: 'recalled',
  }),
  model(/\bphi[-_ ]?[2-9]/iu, {
    id: 'phi-mit',
    title: 'MIT License (Phi)',
    training: 'allowed',
    summary: 'MIT says nothing about output.',
    url: 'https://huggingface.co/microsoft/phi-4/blob/main/LICENSE',
    basis: 'recalled',
  }),
  model(
    /mixtral|mistral[-_ ](7b|nemo|small|large[-_ ](3|2512))|devstral|magistral[-_ ]small|ministral[-_ ]3/iu,
    {
      id: 'mistral-apache',
      title: 'Apache License 2.0 (Mistral open weights)',
      training: 'allowed',
      summary: 'Apache 2.0 says nothing about output. Other Mistral weights are for research only.',
      url: 'https://docs.mistral.ai/getting-started/models/',
      basis: 'recalled',
    },
  ),
  model(/mistral[-_ ](large|medium)|codestral|pixtral[-_ ]large/iu, {
    id: 'mistral-research-licence',
    title: 'Mistral AI Research License',
    training: 'restricted',
    summary: 'Weights and what is made with their output are for research; commercial use needs a licence.',
    url: 'https://mistral.ai/licenses/MRL-0.1.md',
    basis: 'recalled',
  }),
  model(/smollm|olmo|granite/iu, {
    id: 'apache-open-models',
    title: 'Apache License 2.0 (SmolLM, OLMo, Granite)',
    training: 'allowed',
    summary: 'Apache 2.0 says nothing about output.',
    url: 'https://www.apache.org/licenses/LICENSE-2.0',
    basis: 'recalled',
  }),
  model(/\bgpt[-_ ]?(3|4|5)|\bo[1345](-|$)/iu, {
    id: 'openai-models',
    title: 'OpenAI terms for GPT and o models, wherever they are hosted',
    training: 'restricted',
    summary: 'Output must not be used to develop models that compete with OpenAI.',
    url: 'https://openai.com/policies/services-agreement/',
    basis: 'secondary',
  }),
  model(/claude/iu, {
    id: 'claude-models',
    title: 'Anthropic terms for Claude models, wherever they are hosted',
    training: 'restricted',
    summary: 'Must not be used to train competing models unless Anthropic agrees.',
    url: 'https://www.anthropic.com/legal/commercial-terms',
    basis: 'secondary',
  }),
  model(/gemini/iu, {
    id: 'gemini-models',
    title: 'Google terms for Gemini models, wherever they are hosted',
    training: 'restricted',
    summary: 'Must not be used to develop models that compete with the service.',
    url: 'https://ai.google.dev/gemini-api/terms',
    basis: 'text',
  }),
];
