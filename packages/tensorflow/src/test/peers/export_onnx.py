"""Models of Keras and scikit-learn in ONNX, with what these answer themselves: folder/<model>.onnx, folder/answers.json."""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
sys.dont_write_bytecode = True
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../fixtures/onnx"))
import keras
import numpy as np
from listing import listed
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import StringTensorType
from sklearn.datasets import load_diabetes, load_wine
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

folder = sys.argv[1]
random = np.random.default_rng(7)
keras.utils.set_random_seed(7)
answers = {}


def remember(name, model, inputs, outputs):
    with open(os.path.join(folder, f"{name}.onnx"), "wb") as file:
        file.write(model.SerializeToString())
    listing = lambda arrays: {key: listed(np.asarray(each)) for key, each in arrays.items()}
    answers[name] = {"inputs": listing(inputs), "outputs": listing(outputs)}


def dense(layer, number, given):
    """A dense layer as nodes and constants, and what its answer is called."""
    names = [f"{kind}{number}" for kind in ("kernel", "bias", "sum", "out")]
    constants = [numpy_helper.from_array(array, name) for array, name in zip(layer.get_weights(), names)]
    operation = {"relu": "Relu", "softmax": "Softmax", "tanh": "Tanh"}[layer.activation.__name__]
    nodes = [helper.make_node("Gemm", [given, *names[:2]], [names[2]]), helper.make_node(operation, [names[2]], [names[3]])]
    return nodes, constants, names[3]


def graph(nodes, constants, given, shape, answer, width):
    tensor = lambda name, sizes: helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows", *sizes])
    made = helper.make_graph(nodes, "keras", [tensor(given, shape)], [tensor(answer, [width])], constants)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


layers = keras.layers
mlp = keras.Sequential([keras.Input((12,)), layers.Dense(64, "relu"), layers.Dense(32, "tanh"), layers.Dense(4, "softmax")])
nodes, constants, last = [], [], "x"
for number, layer in enumerate(mlp.layers):
    more, weights, last = dense(layer, number, last)
    nodes, constants = nodes + more, constants + weights
x = random.normal(size=(50, 12)).astype("float32")
remember("keras-mlp", graph(nodes, constants, "x", [12], last, 4), {"x": x}, {last: mlp.predict(x, verbose=0)})

cnn = keras.Sequential(
    [keras.Input((10, 10, 3)), layers.Conv2D(8, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten(), layers.Dense(3, "softmax")]
)
kernel, bias = cnn.layers[0].get_weights()
more, weights, last = dense(cnn.layers[3], 0, "flat")
nodes = [
    helper.make_node("Transpose", ["image"], ["channels"], perm=[0, 3, 1, 2]),
    helper.make_node("Conv", ["channels", "filters", "shift"], ["features"]),
    helper.make_node("Relu", ["features"], ["positive"]),
    helper.make_node("MaxPool", ["positive"], ["pooled"], kernel_shape=[2, 2], strides=[2, 2]),
    helper.make_node("Transpose", ["pooled"], ["columns"], perm=[0, 2, 3, 1]),
    helper.make_node("Flatten", ["columns"], ["flat"]),
    *more,
]
constants = [numpy_helper.from_array(kernel.transpose(3, 2, 0, 1).copy(), "filters"), numpy_helper.from_array(bias, "shift"), *weights]
image = random.normal(size=(9, 10, 10, 3)).astype("float32")
remember("keras-cnn", graph(nodes, constants, "image", [10, 10, 3], last, 3), {"image": image}, {last: cnn.predict(image, verbose=0)})

rows, labels = load_wine(return_X_y=True)
rows = rows.astype("float32")
classifiers = {
    "logistic": LogisticRegression(max_iter=10_000),
    "forest": RandomForestClassifier(20, random_state=7),
    "neural": make_pipeline(StandardScaler(), MLPClassifier((16,), max_iter=2000, random_state=7)),
    "bayes": GaussianNB(),
    "neighbours": KNeighborsClassifier(5),
    "vectors": make_pipeline(StandardScaler(), SVC()),
}
for name, model in classifiers.items():
    model.fit(rows, labels)
    final = model.steps[-1][1] if hasattr(model, "steps") else model
    onnx = to_onnx(model, rows[:1], options={id(final): {"zipmap": False}})
    label, scores = [each.name for each in onnx.graph.output]
    expected = model.decision_function(rows) if name == "vectors" else model.predict_proba(rows)
    remember(f"sklearn-{name}", onnx, {"X": rows}, {label: model.predict(rows), scores: expected.astype("float32")})

rows, values = load_diabetes(return_X_y=True)
boosted = GradientBoostingRegressor(n_estimators=50, random_state=7).fit(rows.astype("float32"), values)
given = rows.astype("float32")
remember("sklearn-boosted", to_onnx(boosted, given[:1]), {"X": given}, {"variable": boosted.predict(given).astype("float32")[:, None]})

words = np.array([["a red train"], ["the blue train"], ["red red tracks"], ["nothing known"]])
texts = TfidfVectorizer(lowercase=False, token_pattern="[a-z]+").fit(words.ravel()[:3])
onnx = to_onnx(texts, initial_types=[("words", StringTensorType([None, 1]))])
remember("sklearn-words", onnx, {"words": words}, {"variable": texts.transform(words.ravel()).toarray().astype("float32")})

with open(os.path.join(folder, "answers.json"), "w") as file:
    json.dump(answers, file)
