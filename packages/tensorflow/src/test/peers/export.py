"""SavedModels as Python makes them, with what they answer to some inputs: folder/<model>, folder/answers.json."""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import tensorflow as tf

folder = sys.argv[1]
random = np.random.default_rng(7)
keras.utils.set_random_seed(7)
answers = {}


def listed(value):
    value = value.numpy() if hasattr(value, "numpy") else np.asarray(value)
    data = [each.decode() for each in value.ravel()] if value.dtype == object else value.ravel().tolist()
    return {"shape": list(value.shape), "data": data, "datatype": "str" if value.dtype == object else value.dtype.name}


def remember(model, signature, inputs):
    run = tf.saved_model.load(os.path.join(folder, model)).signatures[signature]
    outputs = run(**{name: tf.constant(value) for name, value in inputs.items()})
    answers.setdefault(model, {})[signature] = {
        "inputs": {name: listed(tf.constant(value)) for name, value in inputs.items()},
        "outputs": {name: listed(value) for name, value in outputs.items()},
    }


class Several(tf.Module):
    """Two signatures over shared variables, one of them with two inputs and two outputs."""

    def __init__(self):
        self.weights = tf.Variable(random.normal(size=(3, 4)).astype("float32"))
        self.table = tf.Variable(random.normal(size=(6, 4)).astype("float32"))

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, "x"), tf.TensorSpec([None], tf.int32, "kind")])
    def score(self, x, kind):
        scores = tf.nn.softmax(x @ self.weights + tf.gather(self.table, kind))
        return {"scores": scores, "best": tf.argmax(scores, 1)}

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, "x")])
    def embed(self, x):
        return {"embedding": tf.tanh(x @ self.weights)}


class Types(tf.Module):
    """A tensor of every datatype that is taken, and each of them given back changed."""

    @tf.function(
        input_signature=[
            tf.TensorSpec([None, 2], getattr(tf, kind), kind)
            for kind in ("bool", "double", "float32", "int8", "int32", "int64", "string", "uint8")
        ]
    )
    def change(self, bool, double, float32, int8, int32, int64, string, uint8):
        return {
            "not": tf.logical_not(bool),
            "halves": double / 2,
            "root": tf.sqrt(float32),
            "minus": -int8,
            "squares": int32 * int32,
            "next": int64 + 1,
            "upper": tf.strings.upper(string),
            "most": tf.constant(255, tf.uint8) - uint8,
        }


several = Several()
tf.saved_model.save(
    several,
    os.path.join(folder, "several"),
    {"serving_default": several.score, "embed": several.embed},
)
x = random.normal(size=(5, 3)).astype("float32")
remember("several", "serving_default", {"x": x, "kind": np.array([0, 5, 2, 2, 1], "int32")})
remember("several", "embed", {"x": x})

types = Types()
tf.saved_model.save(types, os.path.join(folder, "types"), {"serving_default": types.change})
remember(
    "types",
    "serving_default",
    {
        "bool": np.array([[True, False], [False, False]]),
        "double": np.array([[1 / 3, 1e300], [-2.5, 0]]),
        "float32": np.array([[4, 2], [0.25, 9]], "float32"),
        "int8": np.array([[1, -127], [100, 0]], "int8"),
        "int32": np.array([[40000, -3], [7, 0]], "int32"),
        "int64": np.array([[2**52, -(2**40)], [1, -1]], "int64"),
        "string": np.array([["train", "and"], ["track", "n\u00f8"]]),
        "uint8": np.array([[0, 255], [17, 100]], "uint8"),
    },
)

layers = keras.layers
dense = keras.Sequential([keras.Input((12,), name="x"), layers.Dense(16, "relu"), layers.Dense(4, "softmax")])
image = keras.Sequential(
    [
        keras.Input((10, 10, 3), name="image"),
        layers.Conv2D(8, 3, activation="relu"),
        layers.BatchNormalization(),
        layers.MaxPooling2D(),
        layers.Dropout(0.5),
        layers.Flatten(),
        layers.Dense(3, "softmax"),
    ]
)
image.layers[1].moving_mean.assign(random.normal(size=8))
image.layers[1].moving_variance.assign(random.uniform(0.5, 2, size=8))
for name, model, shape in (("dense", dense, (6, 12)), ("image", image, (3, 10, 10, 3))):
    model.export(os.path.join(folder, name), verbose=False)
    signature = tf.saved_model.load(os.path.join(folder, name)).signatures["serving_default"]
    given = list(signature.structured_input_signature[1])[0]
    remember(name, "serving_default", {given: random.normal(size=shape).astype("float32")})

tf.saved_model.save(dense, os.path.join(folder, "unexported"))  # what Keras 3 says to use export() for

with open(os.path.join(folder, "answers.json"), "w") as file:
    json.dump(answers, file)
