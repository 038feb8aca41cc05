"""A model as users of Seldon's Python wrapper write one: doubles what it is given, and refuses what is negative."""
import numpy as np


class Petals:
    class_names = ["a", "b", "c", "d"]

    def __init__(self):
        self.rewards = 0.0

    def predict(self, X, names=None, meta=None):
        X = np.asarray(X, np.float64)
        if (X < 0).any():
            raise ValueError("petals are not negative")
        return X * 2

    def send_feedback(self, features, feature_names, reward, truth, routing=None):
        self.rewards += reward

    def tags(self):
        return {"rewards": self.rewards}
