"""The two models behind Seldon's Python wrapper: MODEL=forest|softmax, MODELS=folder that train.py wrote to."""
import os

import numpy as np


class Digits:
    def __init__(self):
        folder, self.kind = os.environ["MODELS"], os.environ["MODEL"]
        self.class_names = [f"class:{digit}" for digit in range(10)]
        if self.kind == "forest":
            import joblib

            self.forest = joblib.load(f"{folder}/forest.pkl")
        else:
            saved = np.load(f"{folder}/softmax.npz")
            self.w, self.b = saved["w"], saved["b"]

    def predict(self, X, names=None, meta=None):
        if self.kind == "forest":
            return self.forest.predict_proba(np.asarray(X, np.float64) * 255)
        z = np.asarray(X, np.float32) @ self.w + self.b
        p = np.exp(z - z.max(1, keepdims=True))
        return p / p.sum(1, keepdims=True)
