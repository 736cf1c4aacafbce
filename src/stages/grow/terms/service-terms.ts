import { service, type TeacherTerms } from './teacher-terms.ts';

/** Terms of the usual providers: every entry that fits the address counts. */
export const serviceTerms: readonly TeacherTerms[] = [
  service(['api.openai.com', 'openai.azure.com'], {
    id: 'openai-services-agreement',
    title: 'OpenAI Services Agreement',
    training: 'restricted',
    summary:
      'Section 3.3(e): output must not be used to develop models that compete with OpenAI. Excepted are models that classify or organise data and are not given to third parties, and fine-tuning inside the service. Edition of 2026-01-01.',
    url: 'https://openai.com/policies/services-agreement/',
    basis: 'text',
  }),
  service(['api.anthropic.com'], {
    id: 'anthropic-commercial-terms',
    title: 'Anthropic Commercial Terms of Service',
    training: 'restricted',
    summary:
      'Section D.4: the service must not be used to build a competing product, which includes training competing models, unless Anthropic agrees. Edition of 2025-06-17.',
    url: 'https://www.anthropic.com/legal/commercial-terms',
    basis: 'text',
  }),
  service(['generativelanguage.googleapis.com'], {
    id: 'gemini-api-additional-terms',
    title: 'Gemini API Additional Terms of Service',
    training: 'restricted',
    summary:
      'The service must not be used to develop models that compete with it, and its models must not be extracted or replicated.',
    url: 'https://ai.google.dev/gemini-api/terms',
    writtenOn: '2026-11-28',
    basis: 'text',
  }),
  service(['aiplatform.googleapis.com'], {
    id: 'google-cloud-service-terms',
    title: 'Google Cloud Service Specific Terms, generative AI',
    training: 'restricted',
    summary: 'Output must not be used to develop a similar or competing product or service.',
    url: 'https://cloud.google.com/terms/service-terms',
    writtenOn: '2026-11-28',
    basis: 'recalled',
  }),
  service(['amazonaws.com'], {
    id: 'aws-service-terms',
    title: 'AWS Service Terms, Amazon Bedrock',
    training: 'restricted',
    summary:
      'The services must not be used to develop foundation models or other large-scale models that compete with them. The licence of the model counts besides.',
    url: 'https://aws.amazon.com/service-terms/',
    writtenOn: '2026-11-28',
    basis: 'secondary',
  }),
  service(['api.mistral.ai'], {
    id: 'mistral-terms',
    title: 'Mistral AI Commercial Terms of Service',
    training: 'conditions',
    summary:
      'Output must not be used to find out how the models are made. Products that compete with Mistral are ruled out for images only, not for text. Edition of 2026-08-05.',
    url: 'https://legal.mistral.ai/terms/commercial-terms-of-service',
    basis: 'text',
  }),
  service(['api.x.ai'], {
    id: 'xai-enterprise-terms',
    title: 'xAI Terms of Service, Enterprise',
    training: 'forbidden',
    summary:
      'Output must not be used to train a language model or any other AI system, unless an order form with xAI allows it. Edition of 2026-08-14.',
    url: 'https://x.ai/legal/terms-of-service-enterprise',
    basis: 'text',
  }),
  service(['api.cohere.com', 'api.cohere.ai'], {
    id: 'cohere-terms',
    title: 'Cohere SaaS Agreement',
    training: 'restricted',
    summary: 'The service must not be used to develop competing products or models.',
    url: 'https://cohere.com/saas-agreement',
    writtenOn: '2026-11-28',
    basis: 'recalled',
  }),
  service(['api.deepseek.com'], {
    id: 'deepseek-open-platform-terms',
    title: 'DeepSeek Open Platform terms',
    training: 'allowed',
    summary:
      'Section 4.2: output may be used for any lawful purpose, the training of other models by distillation among them. Edition of 2026-03-27.',
    url: 'https://cdn.deepseek.com/policies/en-US/deepseek-open-platform-terms-of-service.html',
    basis: 'text',
  }),
];
