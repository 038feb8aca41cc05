"""scikit-learn's part of the benchmark, one process a measurement, its answer one line of JSON:
science.py data FOLDER | train mnist|dense FOLDER TREES SEED [ROWS COLUMNS] | onnx FOLDER FILE TREES"""
import json
import resource
import sys
import time

import numpy as np
from sklearn.ensemble import RandomForestClassifier

what, *rest = sys.argv[1:]


def mnist(folder):
    idx = lambda name, header: np.fromfile(f"{folder}/{name}", np.uint8)[header:]
    return (
        idx("train-images-idx3-ubyte", 16).reshape(-1, 784),
        idx("train-labels-idx1-ubyte", 8),
        idx("t10k-images-idx3-ubyte", 16).reshape(-1, 784),
        idx("t10k-labels-idx1-ubyte", 8),
    )


def dense(folder):
    x = np.fromfile(f"{folder}/dense.f32", np.float32).reshape(-1, 50)
    y = np.fromfile(f"{folder}/dense.u8", np.uint8)
    return x[:50_000], y[:50_000], x[50_000:], y[50_000:]


def write_dense(folder):
    """60,000 × 50 floats of 5 classes: the first 50,000 rows train."""
    from sklearn.datasets import make_classification

    x, y = make_classification(60_000, 50, n_informative=20, n_redundant=10, n_classes=5, random_state=0)
    x.astype(np.float32).tofile(f"{folder}/dense.f32")
    y.astype(np.uint8).tofile(f"{folder}/dense.u8")
    return {}


def train(kind, folder, trees, seed, rows=None, columns=None):
    x, y, xt, yt = {"mnist": mnist, "dense": dense}[kind](folder)
    if rows:
        order = np.fromfile(f"{folder}/columns.u16", np.uint16)[: int(columns)]
        x, y, xt = np.ascontiguousarray(x[: int(rows), order]), y[: int(rows)], xt[:, order]
    forest = RandomForestClassifier(int(trees), n_jobs=2, random_state=int(seed))
    cpu, wall = time.process_time(), time.perf_counter()
    forest.fit(x, y)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return {"cpu": cpu, "wall": wall, "accuracy": forest.score(xt, yt), "rssMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def onnx(folder, file, trees):
    from skl2onnx import to_onnx

    x, y, _, _ = mnist(folder)
    forest = RandomForestClassifier(int(trees), n_jobs=2, random_state=0).fit(x, y)
    model = to_onnx(forest, x[:1].astype(np.float32), options={"zipmap": False})
    with open(file, "wb") as out:
        out.write(model.SerializeToString())
    forest.n_jobs = 1
    _, _, xt, _ = mnist(folder)
    times = []
    for row in range(60):
        began = time.perf_counter()
        forest.predict_proba(xt[row : row + 1])
        times.append(time.perf_counter() - began)
    return {"batch1Us": 1e6 * sorted(times)[30]}


run = {"data": write_dense, "train": train, "onnx": onnx}[what]
print(json.dumps(run(*rest)))
