"""Makes vectors.json: messages as Google's own protobuf writes them, in hexadecimal.

    python3 -m venv venv && venv/bin/pip install protobuf grpcio-tools && venv/bin/python make.py
"""

import json
import pathlib
import struct
import sys
import tempfile

from grpc_tools import protoc

here = pathlib.Path(__file__).parent
protos = here.parent / "proto"
with tempfile.TemporaryDirectory() as out:
    names = ["prediction.proto", "tensor.proto", "open_inference.proto", "health.proto"]
    well_known = pathlib.Path(protoc.__file__).parent / "_proto"
    if protoc.main(["", f"-I{protos}", f"-I{well_known}", f"--python_out={out}", *names]):
        sys.exit("protoc failed")
    sys.path.insert(0, out)
    import health_pb2 as health
    import open_inference_pb2 as oip
    import prediction_pb2 as seldon
    import tensor_pb2 as tf

    def tensor_message():
        message = seldon.SeldonMessage()
        message.meta.puid = "5di94o3g2s2abo8o52ollelret"
        message.meta.tags["drift"].number_value = 0.25
        message.meta.routing["ab-router"] = -1
        message.meta.requestPath["rf"] = "switchyard/rf-runtime:0.1.0"
        message.meta.metrics.add(key="latency", type="TIMER", value=12.5, tags={"unit": "rf"})
        message.data.names.extend(["class:0", "class:1"])
        message.data.tensor.shape.extend([2, 2])
        message.data.tensor.values.extend([0.5, -1.25, 1e300, 0.1])
        return message

    def ndarray_message():
        message = seldon.SeldonMessage()
        message.meta.SetInParent()
        row = message.data.ndarray.values.add().list_value
        row.values.add().number_value = 1
        row.values.add().number_value = 2.5
        return message

    def mixed_ndarray():
        message = seldon.SeldonMessage()
        message.meta.SetInParent()
        message.data.names.extend(["age", "work"])
        row = message.data.ndarray.values.add().list_value
        row.values.add().number_value = 53
        row.values.add().string_value = "Federal"
        return message

    def tftensor_message():
        message = seldon.SeldonMessage()
        message.meta.SetInParent()
        message.data.tftensor.dtype = tf.DT_INT64
        message.data.tftensor.tensor_shape.dim.add(size=2)
        message.data.tftensor.tensor_content = struct.pack("<qq", 9007199254740993, -1)
        return message

    def tftensor_list():
        message = seldon.SeldonMessage()
        message.data.tftensor.dtype = tf.DT_FLOAT
        message.data.tftensor.tensor_shape.dim.add(size=3)
        message.data.tftensor.float_val.append(0.5)
        return message

    def json_message():
        message = seldon.SeldonMessage()
        message.meta.SetInParent()
        message.jsonData.struct_value["answer"] = [1, "two", None, True]
        return message

    def feedback():
        message = seldon.Feedback(reward=0.5)
        message.request.CopyFrom(ndarray_message())
        message.response.meta.routing["eg-router"] = 1
        return message

    def infer_raw():
        message = oip.ModelInferRequest(model_name="mnist", id="7")
        message.parameters["priority"].int64_param = 3
        message.inputs.add(name="x", datatype="FP32", shape=[1, 2])
        message.inputs.add(name="s", datatype="BYTES", shape=[2])
        message.raw_input_contents.append(struct.pack("<ff", 0.5, 1.5))
        message.raw_input_contents.append(struct.pack("<I2sI1s", 2, b"ab", 1, b"c"))
        return message

    def infer_typed():
        message = oip.ModelInferRequest(model_name="mnist", model_version="2")
        x = message.inputs.add(name="x", datatype="INT64", shape=[2])
        x.contents.int64_contents.extend([9007199254740993, -2])
        message.inputs.add(name="u", datatype="UINT64", shape=[1]).contents.uint64_contents.append(2**64 - 1)
        message.inputs.add(name="b", datatype="BOOL", shape=[2]).contents.bool_contents.extend([True, False])
        message.outputs.add(name="y")
        return message

    def infer_response():
        message = oip.ModelInferResponse(model_name="mnist", model_version="2", id="7")
        y = message.outputs.add(name="y", datatype="FP32", shape=[1, 2])
        y.contents.fp32_contents.extend([0.25, 0.75])
        return message

    def infer_response_raw():
        message = oip.ModelInferResponse(model_name="mnist", id="7")
        message.outputs.add(name="y", datatype="FP32", shape=[1, 2])
        message.raw_output_contents.append(struct.pack("<ff", 0.25, 0.75))
        return message

    def model_metadata():
        message = seldon.SeldonModelMetadata(name="mnist", versions=["2"], platform="forest")
        message.inputs.add(name="x", datatype="FP32", shape=[-1, 784])
        message.custom["range.x"] = "0..255"
        return message

    def oip_metadata():
        message = oip.ModelMetadataResponse(name="mnist", versions=["2"], platform="forest")
        message.inputs.add(name="x", datatype="FP32", shape=[-1, 784])
        message.properties["range.x"] = "0..255"
        return message

    makers = [
        tensor_message, ndarray_message, mixed_ndarray, tftensor_message, tftensor_list, json_message, feedback,
        infer_raw, infer_typed, infer_response, infer_response_raw, model_metadata, oip_metadata,
    ]
    vectors = {maker.__name__: maker().SerializeToString(deterministic=True).hex() for maker in makers}
    vectors["message_list"] = seldon.SeldonMessageList(seldonMessages=[ndarray_message(), json_message()]).SerializeToString().hex()
    vectors["health_serving"] = health.HealthCheckResponse(status="SERVING").SerializeToString().hex()
    (here / "vectors.json").write_text(json.dumps(vectors, indent=2) + "\n")
