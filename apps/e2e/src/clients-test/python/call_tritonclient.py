"""Calls of Triton's Python client (tritonclient), by HTTP and by gRPC."""
import json
import sys

import ml_dtypes
import numpy as np
import tritonclient.grpc as triton_grpc
import tritonclient.http as triton_http
from tritonclient.utils import InferenceServerException

given = json.loads(sys.argv[1])
rows = np.array(given["rows"])
found = {}


def tensor(kind, array, datatype, **how):
    value = kind.InferInput("x", list(array.shape), datatype)
    value.set_data_from_numpy(array, **how)
    return value


for server in ["runtime", "router"]:
    address = given[server]["http"].replace("http://", "")
    http = triton_http.InferenceServerClient(address)
    grpc = triton_grpc.InferenceServerClient(given[server]["grpc"])
    mine = {}
    for name, client in [("http", http), ("grpc", grpc)]:
        mine[f"{name} live"] = client.is_server_live()
        mine[f"{name} ready"] = client.is_server_ready()
        mine[f"{name} model ready"] = client.is_model_ready("flowers")
        mine[f"{name} no model ready"] = client.is_model_ready("no-such-model") if name == "http" else False

    metadata = http.get_model_metadata("flowers")
    output = metadata["outputs"][0]["name"] if metadata["outputs"] else None
    mine["http metadata"] = metadata
    mine["grpc metadata"] = grpc.get_model_metadata("flowers", as_json=True)
    mine["http server"] = http.get_server_metadata()

    single = rows.astype(np.float32)
    for binary_in in [True, False]:
        for binary_out in [True, False]:
            result = http.infer(
                "flowers",
                [tensor(triton_http, single, "FP32", binary_data=binary_in)],
                outputs=[triton_http.InferRequestedOutput(output, binary_data=binary_out)] if output else None,
                request_id="mine-1",
            )
            answer = result.get_response()
            mine[f"http binary in {binary_in} out {binary_out}"] = {
                "id": answer["id"],
                "numbers": result.as_numpy(output or answer["outputs"][0]["name"]).tolist(),
            }
    for coding in ["gzip", "deflate"]:
        many = np.repeat(single, 1000, axis=0)
        result = http.infer(
            "flowers",
            [tensor(triton_http, many, "FP32")],
            request_compression_algorithm=coding,
            response_compression_algorithm=coding,
        )
        name = result.get_response()["outputs"][0]["name"]
        mine[f"http {coding}"] = result.as_numpy(name)[::1000].tolist()
    for datatype, dtype in [("FP16", np.float16), ("FP64", np.float64)]:
        result = http.infer("flowers", [tensor(triton_http, rows.astype(dtype), datatype)])
        mine[f"http {datatype}"] = result.as_numpy(result.get_response()["outputs"][0]["name"]).tolist()
        result = grpc.infer("flowers", [tensor(triton_grpc, rows.astype(dtype), datatype)])
        mine[f"grpc {datatype}"] = result.as_numpy(result.get_response().outputs[0].name).tolist()
    result = http.infer("flowers", [tensor(triton_http, rows.astype(ml_dtypes.bfloat16), "BF16")])
    mine["http BF16"] = result.as_numpy(result.get_response()["outputs"][0]["name"]).tolist()

    pending = http.async_infer("flowers", [tensor(triton_http, single, "FP32")])
    result = pending.get_result()
    mine["http async"] = result.as_numpy(result.get_response()["outputs"][0]["name"]).tolist()

    result = grpc.infer("flowers", [tensor(triton_grpc, single, "FP32")], request_id="mine-2")
    mine["grpc infer"] = {"id": result.get_response().id, "numbers": result.as_numpy(result.get_response().outputs[0].name).tolist()}
    result = grpc.infer("flowers", [tensor(triton_grpc, single, "FP32")], compression_algorithm="gzip")
    mine["grpc gzip"] = result.as_numpy(result.get_response().outputs[0].name).tolist()

    mine["http statistics"] = http.get_inference_statistics("flowers")
    mine["grpc statistics"] = grpc.get_inference_statistics("flowers", as_json=True)

    for name, kind, client in [("http", triton_http, http), ("grpc", triton_grpc, grpc)]:
        try:
            client.infer("flowers", [tensor(kind, single[:, :3].copy(), "FP32")])
            mine[f"{name} refusal"] = "none"
        except InferenceServerException as error:
            mine[f"{name} refusal"] = {"status": error.status(), "message": error.message()}

    if server == "runtime":
        for name, client in [("http", http), ("grpc", grpc)]:
            index = client.get_model_repository_index() if name == "http" else client.get_model_repository_index(as_json=True)["models"]
            mine[f"{name} index"] = index
            client.load_model("flowers")
            client.unload_model("flowers")
            mine[f"{name} unloaded"] = client.is_model_ready("flowers")
            client.load_model("flowers")
            mine[f"{name} loaded"] = client.is_model_ready("flowers")
    found[server] = mine

print(json.dumps(found))
