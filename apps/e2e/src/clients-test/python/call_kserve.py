"""Calls of KServe's Python client (kserve), in its V1 and V2 protocols, by REST and by gRPC."""
import asyncio
import json
import sys

import numpy as np
from kserve import InferenceGRPCClient, InferenceRESTClient, InferInput, InferRequest, RESTConfig

given = json.loads(sys.argv[1])
rows = np.array(given["rows"], dtype=np.float32)


def request(binary=None, **more):
    tensor = InferInput(name="x", shape=list(rows.shape), datatype="FP32")
    tensor.set_data_from_numpy(rows, binary_data=bool(binary))
    return InferRequest(model_name="flowers", infer_inputs=[tensor], request_id="mine-1", **more)


def numbers(response):
    return {"id": response.id, "numbers": response.outputs[0].as_numpy().reshape(2, 3).tolist()}


async def calls(server):
    found = {}
    base = server["http"]
    v1 = InferenceRESTClient(RESTConfig(protocol="v1"))
    found["v1 live"] = await v1.is_server_live(base)
    found["v1 model ready"] = await v1.is_model_ready(base, "flowers")
    found["v1 infer"] = (await v1.infer(base, {"instances": rows.tolist()}, model_name="flowers"))["predictions"]
    try:
        found["v1 explain"] = await v1.explain(base, "flowers", {"instances": rows.tolist()})
    except Exception as error:
        found["v1 explain"] = str(error)

    v2 = InferenceRESTClient(RESTConfig(protocol="v2"))
    found["v2 live"] = await v2.is_server_live(base)
    found["v2 ready"] = await v2.is_server_ready(base)
    found["v2 model ready"] = await v2.is_model_ready(base, "flowers")
    found["v2 json"] = numbers(await v2.infer(base, request(), model_name="flowers"))
    found["v2 binary"] = numbers(await v2.infer(base, request(binary=True, parameters={"binary_data_output": True}), model_name="flowers"))

    grpc = InferenceGRPCClient(server["grpc"])
    found["grpc live"] = await grpc.is_server_live()
    found["grpc ready"] = await grpc.is_server_ready()
    found["grpc model ready"] = await grpc.is_model_ready("flowers")
    found["grpc typed"] = numbers(await grpc.infer(request()))
    found["grpc raw"] = numbers(await grpc.infer(request(binary=True)))
    await grpc.close()
    return found


async def main():
    print(json.dumps({name: await calls(given[name]) for name in ["runtime", "router"]}))


asyncio.run(main())
