"""Asks onnxruntime the ONNX models that Switchyard wrote: FOLDER/NAME.ours.onnx of rows NAME.x → NAME.ours.p and NAME.ours.l."""

import glob
import sys

import numpy as np
import onnxruntime

for path in glob.glob(f"{sys.argv[1]}/*.ours.onnx"):
    name = path[: -len(".ours.onnx")]
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    rows = np.fromfile(name + ".x").reshape(-1, session.get_inputs()[0].shape[1]).astype(np.float32)
    out = session.run(None, {"input": rows})
    np.asarray(out[-1], np.float64).tofile(name + ".ours.p")
    if len(out) > 1:
        np.asarray(out[0], np.float64).tofile(name + ".ours.l")
