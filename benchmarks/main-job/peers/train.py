"""Trains what our trainers train, on the same rows: train.py forest|softmax DATA OUTPUT. Prints seconds of the fit and accuracy as JSON."""
import json
import sys
import time

import numpy as np

kind, data, output = sys.argv[1:]


def idx(name, header):
    return np.fromfile(f"{data}/{name}", np.uint8)[header:]


train = idx("train-images-idx3-ubyte", 16).reshape(-1, 784)
labels = idx("train-labels-idx1-ubyte", 8)
test = idx("t10k-images-idx3-ubyte", 16).reshape(-1, 784)
truth = idx("t10k-labels-idx1-ubyte", 8)

if kind == "forest":
    import joblib
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(30, n_jobs=-1, random_state=0)
    began = time.perf_counter()
    forest.fit(train, labels)
    seconds = time.perf_counter() - began
    forest.n_jobs = 1
    accuracy = forest.score(test, truth)
    joblib.dump(forest, f"{output}/forest.pkl")
else:
    random = np.random.default_rng(0)
    x = train.astype(np.float32) / 255
    y = np.eye(10, dtype=np.float32)[labels]
    w, b = np.zeros((784, 10), np.float32), np.zeros(10, np.float32)
    began = time.perf_counter()
    order = random.permutation(len(x))
    for step in range(1000):
        if step * 100 % len(x) == 0:
            order = random.permutation(len(x))
        rows = order[step * 100 % len(x) :][:100]
        z = x[rows] @ w + b
        p = np.exp(z - z.max(1, keepdims=True))
        g = (p / p.sum(1, keepdims=True) - y[rows]) / len(rows)
        w -= 0.5 * x[rows].T @ g
        b -= 0.5 * g.sum(0)
    seconds = time.perf_counter() - began
    accuracy = (((test.astype(np.float32) / 255) @ w + b).argmax(1) == truth).mean()
    np.savez(f"{output}/softmax.npz", w=w, b=b)

print(json.dumps({"seconds": seconds, "accuracy": float(accuracy)}))
