"""Calls of Seldon's own Python client (seldon-core), and those of the seed's notebook."""
import json
import sys

import grpc
import numpy as np
import requests
from seldon_core.proto import prediction_pb2, prediction_pb2_grpc
from seldon_core.seldon_client import SeldonClient
from seldon_core.utils import get_data_from_proto

given = json.loads(sys.argv[1])
rows = np.array(given["rows"])
host = lambda address: address.replace("http://", "")
found = {}


def numbers(response):
    message = response.response
    if not response.success:
        raise RuntimeError(response.msg)
    if not isinstance(message, dict):
        return np.asarray(get_data_from_proto(message)).tolist()
    data = message["data"]
    if "ndarray" in data:
        return data["ndarray"]
    if "tensor" in data:
        return np.array(data["tensor"]["values"]).reshape([int(size) for size in data["tensor"]["shape"]]).tolist()
    return get_data_from_proto(response_to_proto(message)).tolist()


def response_to_proto(message):
    from google.protobuf import json_format

    return json_format.ParseDict(message, prediction_pb2.SeldonMessage())


for transport in ["rest", "grpc"]:
    address = given["router"]["http" if transport == "rest" else "grpc"]
    for gateway in ["seldon", "ambassador"]:
        client = SeldonClient(
            gateway=gateway,
            transport=transport,
            namespace="garden",
            deployment_name="flowers",
            gateway_endpoint=host(address),
            client_return_type="proto",
        )
        for payload in ["tensor", "ndarray"]:  # its third, tftensor, wants TensorFlow
            answer = client.predict(data=rows, payload_type=payload, names=["a", "b", "c", "d"])
            found[f"{gateway} {transport} {payload}"] = numbers(answer)
        rewarded = client.feedback(answer.request, answer.response, reward=0.5)
        found[f"{gateway} {transport} feedback"] = rewarded.success

    address = given["runtime"]["http" if transport == "rest" else "grpc"]
    client = SeldonClient(transport=transport, microservice_endpoint=host(address), client_return_type="dict")
    for payload in ["tensor", "ndarray"]:
        answer = client.microservice(method="predict", data=rows, payload_type=payload)
        found[f"microservice {transport} {payload}"] = numbers(answer)

# The seed's notebook, by hand: REST through the gateway's path, gRPC with the deployment as metadata.
base = f"{given['router']['http']}/seldon/flowers/api/v0.1"
request = {"data": {"ndarray": rows[:1].tolist()}}
response = requests.post(f"{base}/predictions", json=request).json()
found["notebook rest"] = response
feedback = {"request": request, "response": response, "reward": 1.0}
found["notebook feedback"] = requests.post(f"{base}/feedback", json=feedback).json()

channel = grpc.insecure_channel(given["router"]["grpc"])
stub = prediction_pb2_grpc.SeldonStub(channel)
tensor = prediction_pb2.Tensor(shape=[1, 4], values=rows[0].tolist())
message = prediction_pb2.SeldonMessage(data=prediction_pb2.DefaultData(names=["a", "b"], tensor=tensor))
answer = stub.Predict(request=message, metadata=[("seldon", "flowers")])
found["notebook grpc"] = {"shape": list(answer.data.tensor.shape), "values": list(answer.data.tensor.values), "puid": answer.meta.puid}

print(json.dumps(found))
