"""Python's part of the training, one process a measurement, its answer one line of JSON:
train.py softmax|mlp|cnn function|fit MNIST-FOLDER STEPS WARM-STEPS [EXPORT-FOLDER]"""
import json
import os
import resource
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
import keras
import numpy as np
import tensorflow as tf

kind, mode, folder, steps, warm, *rest = sys.argv[1:]
steps, warm = int(steps), int(warm)
batch = 100 if kind == "softmax" else 128


def mnist():
    idx = lambda name, header: np.fromfile(f"{folder}/{name}", np.uint8)[header:]
    pixels = lambda name: idx(f"{name}-images-idx3-ubyte", 16).reshape(-1, 784).astype(np.float32) / 255
    labels = lambda name: idx(f"{name}-labels-idx1-ubyte", 8)
    return pixels("train"), labels("train"), pixels("t10k"), labels("t10k")


def build():
    layers = keras.layers
    hidden = {
        "softmax": [],
        "mlp": [layers.Dense(512, activation="relu")],
        "cnn": [
            layers.Reshape((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
        ],
    }[kind]
    return keras.Sequential([keras.Input((784,)), *hidden, layers.Dense(10)])


x, y, xt, yt = mnist()
model = build()
optimizer = keras.optimizers.SGD(0.5) if kind == "softmax" else keras.optimizers.Adam(0.001)
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def function():
    """A step of its own in tf.function, rows picked by NumPy: as fast as Python goes."""
    variables = model.trainable_variables
    optimizer.build(variables)

    @tf.function
    def step(rows, truth):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(truth, model(rows, training=True)))
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    began, taken = time.process_time(), 0
    labels = y.astype(np.int32)
    while True:
        order = np.random.permutation(len(x))
        for at in range(0, len(x), batch):
            rows = order[at : at + batch]
            loss = step(tf.constant(x[rows]), tf.constant(labels[rows]))
            taken += 1
            if taken % 100 == 0:
                loss.numpy()
            if taken == warm:
                began = time.process_time()
            if taken == steps:
                return time.process_time() - began


class Clock(keras.callbacks.Callback):
    taken = 0

    def on_train_batch_end(self, batch, logs=None):
        self.taken += 1
        if self.taken == warm:
            self.began = time.process_time()
        if self.taken == steps:
            self.model.stop_training = True
            self.used = time.process_time() - self.began


def fit():
    """What most people write."""
    clock = Clock()
    model.compile(optimizer=optimizer, loss=cross_entropy)
    model.fit(x, y, batch_size=batch, epochs=-(-steps // -(-len(x) // batch)), verbose=0, callbacks=[clock])
    return clock.used


cpu = {"function": function, "fit": fit}[mode]()
scores = np.concatenate([model(xt[at : at + 1000]).numpy() for at in range(0, 10_000, 1000)])


def write_onnx(file):
    """The same layers and weights for onnxruntime, rows flat, probabilities out."""
    from onnx import TensorProto, helper, numpy_helper, save_model

    weights = [weight.numpy() for weight in model.weights]
    nodes, values, last = [], [], "x"

    def add(operation, *inputs, **attributes):
        nonlocal last
        for each in inputs:
            values.append(numpy_helper.from_array(each, f"value{len(values)}"))
        names = [value.name for value in values[len(values) - len(inputs) :]]
        nodes.append(helper.make_node(operation, [last, *names], [f"node{len(nodes)}"], **attributes))
        last = nodes[-1].output[0]

    if kind == "cnn":
        add("Reshape", np.array([-1, 1, 28, 28]))
        for _ in range(2):
            add("Conv", weights.pop(0).transpose(3, 2, 0, 1).copy(), weights.pop(0))
            add("Relu")
            add("MaxPool", kernel_shape=[2, 2], strides=[2, 2])
        add("Transpose", perm=[0, 2, 3, 1])
        add("Flatten")
    while weights:
        add("Gemm", weights.pop(0), weights.pop(0))
        if weights:
            add("Relu")
    add("Softmax")
    port = lambda name, width: helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", width])
    graph = helper.make_graph(nodes, kind, [port("x", 784)], [port(last, 10)], values)
    save_model(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), file)


if rest:
    keras.Sequential([model, keras.layers.Softmax()]).export(rest[0], verbose=False)
    write_onnx(f"{rest[0]}/model.onnx")
print(
    json.dumps(
        {
            "cpuMs": 1000 * cpu / (steps - warm),
            "accuracy": float((scores.argmax(1) == yt).mean()),
            "rssMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    ),
    flush=True,
)
os._exit(0)  # the library takes seconds to end in order
