"""What Python answers by the SavedModels written here: for each folder/ours/<model> with its inputs in x.json, answers into y.json."""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

ours = os.path.join(sys.argv[1], "ours")
for name in sorted(os.listdir(ours)):
    folder = os.path.join(ours, name)
    run = tf.saved_model.load(os.path.join(folder, "saved-model")).signatures["serving_default"]
    with open(os.path.join(folder, "x.json")) as file:
        batches = json.load(file)
    answers = []
    for inputs in batches:
        given = {key: tf.constant(np.array(each["data"], "float32").reshape(each["shape"])) for key, each in inputs.items()}
        output = run(**given)["y"].numpy()
        answers.append({"shape": list(output.shape), "data": output.ravel().tolist()})
    with open(os.path.join(folder, "y.json"), "w") as file:
        json.dump(answers, file)
