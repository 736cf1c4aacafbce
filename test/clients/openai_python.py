"""Uses the official Python client as its users do; prints what it got as one line of JSON."""

import asyncio
import json
import sys

import openai

MODEL = "fault-triage"
MESSAGES = [{"role": "user", "content": "Oil below the pump."}]
SCHEMA = {"type": "object", "properties": {"fault": {"type": "string"}}, "required": ["fault"]}


def text_of(chunks):
    return [c.choices[0].delta.content for c in chunks if c.choices and c.choices[0].delta.content]


async def in_asyncio(base_url):
    async with openai.AsyncOpenAI(base_url=base_url, api_key="sk-any", max_retries=0) as client:
        answers = await asyncio.gather(
            *(client.chat.completions.create(model=MODEL, messages=MESSAGES) for _ in range(20))
        )
        stream = await client.chat.completions.create(model=MODEL, messages=MESSAGES, stream=True)
        return {
            "answers": [answer.choices[0].message.content for answer in answers],
            "streamed": text_of([chunk async for chunk in stream]),
        }


def main(base_url):
    client = openai.OpenAI(base_url=base_url, api_key="sk-any", max_retries=0)
    create = client.chat.completions.create
    raw = client.chat.completions.with_raw_response.create(model=MODEL, messages=MESSAGES)
    whole = raw.parse()
    counted = list(
        create(model=MODEL, messages=MESSAGES, stream=True, stream_options={"include_usage": True})
    )
    try:
        create(model="no-such-model", messages=MESSAGES)
        error = None
    except openai.APIStatusError as raised:
        error = {"class": type(raised).__name__, "status": raised.status_code, "code": raised.code}
    shaped = create(
        model=MODEL,
        messages=MESSAGES,
        response_format={"type": "json_schema", "json_schema": {"name": "fault", "schema": SCHEMA}},
    )
    scored = create(model=MODEL, messages=MESSAGES, logprobs=True, top_logprobs=1)
    print(
        json.dumps(
            {
                "whole": whole.choices[0].message.content,
                "usage": whole.usage.total_tokens,
                "route": raw.headers["x-stepdown-route"],
                "streamed": text_of(counted),
                "streamedUsage": counted[-1].usage.total_tokens,
                "error": error,
                "shaped": json.loads(shaped.choices[0].message.content),
                "logprob": scored.choices[0].logprobs.content[0].logprob,
                "models": [model.id for model in client.models.list()],
                "embedding": client.embeddings.create(model=MODEL, input="oil").data[0].embedding,
                "asyncio": asyncio.run(in_asyncio(base_url)),
            }
        )
    )


main(sys.argv[1])
