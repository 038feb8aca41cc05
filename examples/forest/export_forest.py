"""Writes a scikit-learn forest as JSON that Switchyard reads, with the exact thresholds.

    python export_forest.py model.joblib forest.json

or, where the model is at hand:

    from export_forest import export_forest
    json.dump(export_forest(model), open("forest.json", "w"))

Takes RandomForest, ExtraTrees, DecisionTree, GradientBoosting, HistGradientBoosting and LightGBM's LGBM, classifiers and regressors. A
pickle runs the code of whoever wrote it: load only your own.
"""

import json
import sys

import numpy as np


def export_forest(model):
    """The forest as plain lists, as `fromScikitLearn` of @switchyard/forest reads it."""
    kind = type(model).__name__
    boosted = boosters.get(kind.removesuffix("Classifier").removesuffix("Regressor"))
    if not boosted and not kind.startswith(("RandomForest", "ExtraTree", "DecisionTree")):
        raise ValueError(f"{kind} is not exported; RandomForest, ExtraTrees, DecisionTree, {', '.join(boosters)} are")
    classes = getattr(model, "classes_", None)
    if isinstance(classes, list):
        raise ValueError("a classifier of several outputs is not exported")
    forest = {
        "format": "scikit-learn-forest",
        "version": 1,
        "task": "regression" if classes is None else "classification",
        "classes": [] if classes is None else [str(c) for c in classes],
        "n_features": int(model.n_features_in_),
    }
    if boosted:
        return {**forest, **boosted(model, classes)}
    trees = [e.tree_ for e in getattr(model, "estimators_", [model])]
    outputs = model.n_outputs_ if classes is None else len(classes)
    forest.update(n_outputs=int(outputs), aggregate="mean", link="none", base=[0.0] * int(outputs))
    forest["trees"] = [tree_lists(t, values(t, classes is not None)) for t in trees]
    return forest


def boosted_trees(model, classes):
    estimators = model.estimators_  # rounds × scores
    outputs = estimators.shape[1]
    row = np.zeros((1, model.n_features_in_))
    base = np.ravel(model._raw_predict_init(row))
    if classes is not None and model.loss == "exponential":
        raise ValueError("GradientBoostingClassifier with loss='exponential' is not exported")
    if model.init is not None and model.init != "zero":
        raise ValueError("GradientBoosting with an estimator of its own as init is not exported")
    trees = []
    for estimator_round in estimators:
        for output, estimator in enumerate(estimator_round):
            tree = estimator.tree_
            leaves = tree.children_left < 0
            trees.append({**tree_lists(tree, model.learning_rate * tree.value[leaves, :, 0]), "output": output})
    return summed(base, classes, trees)


def histogram_trees(model, classes):
    if model.is_categorical_ is not None:  # it sends unknown categories where missing values go; here they go right
        raise ValueError("HistGradientBoosting with categorical_features is not exported")
    if model.loss in ("gamma", "poisson"):
        raise ValueError(f"HistGradientBoostingRegressor with loss='{model.loss}' is not exported")
    trees = []
    for predictors in model._predictors:
        for output, predictor in enumerate(predictors):
            nodes = predictor.nodes
            leaves = nodes["is_leaf"] == 1
            tree = {
                "children_left": np.where(leaves, -1, nodes["left"].astype(int)),
                "children_right": np.where(leaves, -1, nodes["right"].astype(int)),
                "feature": nodes["feature_idx"],
                "threshold": finite(nodes["num_threshold"]),
                "missing_go_to_left": nodes["missing_go_to_left"],
                "weighted_n_node_samples": nodes["count"],
                "value": nodes["value"][leaves, None],
            }
            trees.append({**{name: numbers.tolist() for name, numbers in tree.items()}, "output": output})
    return {**summed(np.ravel(model._baseline_prediction), classes, trees), "float32": False}


def lightgbm_trees(model, classes):
    dump = model.booster_.dump_model()
    objective, *options = dump["objective"].split()
    if objective not in ("binary", "multiclass", "regression", "regression_l1", "huber", "fair", "quantile", "mape") or "sqrt" in options:
        raise ValueError(f"LightGBM with objective '{dump['objective']}' is not exported")
    outputs = dump["num_tree_per_iteration"]
    factor = 1.0
    for option in options:  # the logistic of sigmoid × score
        if option.startswith("sigmoid:"):
            factor = float(option.removeprefix("sigmoid:"))
    if dump["average_output"]:  # boosting_type="rf"
        factor /= len(dump["tree_info"]) / outputs
    trees = [{**lightgbm_tree(info["tree_structure"], factor), "output": i % outputs} for i, info in enumerate(dump["tree_info"])]
    return {**summed(np.zeros(outputs), classes, trees), "float32": False}


def lightgbm_tree(root, factor):
    tree = {name: [] for name in ("children_left", "children_right", "feature", "threshold", "missing_go_to_left", "weighted_n_node_samples", "value")}
    nodes = [root]
    for node in nodes:  # which grows, so that a child's place is where it is appended
        inner = "split_feature" in node
        left = len(nodes) if inner else -1
        tree["children_left"].append(left)
        tree["children_right"].append(left + 1 if inner else -1)
        tree["feature"].append(node["split_feature"] if inner else -2)
        tree["weighted_n_node_samples"].append(node["internal_count"] if inner else node.get("leaf_count", 0))
        tree["threshold"].append(node["threshold"] if inner else -2.0)
        tree["missing_go_to_left"].append(int(inner and missing_goes_left(node)))
        if inner:
            nodes += [node["left_child"], node["right_child"]]
        elif node.get("leaf_features"):
            raise ValueError("LightGBM with linear_tree is not exported")
        else:
            tree["value"].append([node["leaf_value"] * factor])
    return tree


def missing_goes_left(node):
    if node["decision_type"] != "<=":
        raise ValueError("LightGBM with categorical_feature is not exported; its ONNX is read")
    if node["missing_type"] == "Zero":
        raise ValueError("LightGBM with zero_as_missing is not exported")
    return node["default_left"] if node["missing_type"] == "NaN" else 0 <= node["threshold"]  # else NaN is 0 to it


def summed(base, classes, trees):
    link = "none" if classes is None else "logistic" if len(base) == 1 else "softmax"
    return {"n_outputs": len(base), "aggregate": "sum", "link": link, "base": base.tolist(), "trees": trees}


boosters = {"GradientBoosting": boosted_trees, "HistGradientBoosting": histogram_trees, "LGBM": lightgbm_trees}


def values(tree, weights):
    """What the leaves hold: weights of classes, or values."""
    leaves = tree.children_left < 0
    if not weights:
        return tree.value[leaves, :, 0]
    held = tree.value[leaves, 0, :]
    covers = tree.weighted_n_node_samples[leaves, None]
    held = held / held.sum(axis=1, keepdims=True) * covers
    whole = np.round(held)
    return np.where(np.abs(held - whole) < 1e-9 * covers, whole, held)  # counts, where no sample has a weight


def finite(thresholds):
    most = np.finfo(np.float64).max
    return np.clip(thresholds, -most, most)


def tree_lists(tree, leaf_values):
    return {
        "children_left": tree.children_left.tolist(),
        "children_right": tree.children_right.tolist(),
        "feature": tree.feature.tolist(),
        "threshold": finite(tree.threshold).tolist(),
        "missing_go_to_left": np.asarray(getattr(tree, "missing_go_to_left", np.ones(tree.node_count)), int).tolist(),
        "weighted_n_node_samples": tree.weighted_n_node_samples.tolist(),
        "value": leaf_values.tolist(),
    }


if __name__ == "__main__":
    import joblib

    with open(sys.argv[2], "w") as file:
        json.dump(export_forest(joblib.load(sys.argv[1])), file, separators=(",", ":"))
