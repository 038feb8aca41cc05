"""Writes the models that main-job/peers/train.py saved in a folder as ONNX beside them: convert.py FOLDER."""
import sys

import joblib
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType

folder = sys.argv[1]

saved = np.load(f"{folder}/softmax.npz")
graph = helper.make_graph(
    [
        helper.make_node("MatMul", ["x", "w"], ["xw"]),
        helper.make_node("Add", ["xw", "b"], ["z"]),
        helper.make_node("Softmax", ["z"], ["p"], axis=1),
    ],
    "softmax",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 784])],
    [helper.make_tensor_value_info("p", TensorProto.FLOAT, [None, 10])],
    [numpy_helper.from_array(saved[name], name) for name in ("w", "b")],
)
softmax = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
softmax.ir_version = 8
onnx.save(softmax, f"{folder}/softmax.onnx")

forest = joblib.load(f"{folder}/forest.pkl")
types = [("x", FloatTensorType([None, 784]))]
onnx.save(to_onnx(forest, initial_types=types, options={"zipmap": False}, target_opset=17), f"{folder}/forest.onnx")
