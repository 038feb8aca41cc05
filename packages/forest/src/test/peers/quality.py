"""Trains scikit-learn's forests on several kinds of data and writes data, scores and importances, for quality.peer.ts.

Each case is NAME.x, NAME.y, NAME.w (training rows, labels or targets, weights) and NAME.tx, NAME.ty (test rows), NAME.p (what the forests
of all seeds answer to the test rows, on average), all plain doubles; NAME.json is the first seed's forest.
"""

import json
import sys

import numpy as np
from export_forest import export_forest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine, make_classification, make_friedman1
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.inspection import permutation_importance
from sklearn.model_selection import train_test_split

folder, seeds = sys.argv[1], int(sys.argv[2])
manifest = {}


def case(name, kind, data, parameters={}, ours={}, weights=None, repeats=2):
    """`parameters` are scikit-learn's, `ours` what they are called here where that is another name; `repeats` of each permutation."""
    rows, answers = data
    classes = issubclass(kind, (RandomForestClassifier, ExtraTreesClassifier))
    train, test, train_y, test_y = train_test_split(rows, answers, test_size=0.4, random_state=0, stratify=answers if classes else None)
    w = None if weights is None else weights(train, train_y)
    models = [kind(100, random_state=seed, **parameters).fit(train, train_y, sample_weight=w) for seed in range(seeds)]
    for suffix, numbers in {"x": train, "y": train_y, "tx": test, "ty": test_y, **({} if w is None else {"w": w})}.items():
        np.asarray(numbers, np.float64).tofile(f"{folder}/{name}.{suffix}")
    said = [model.predict_proba(test) if classes else model.predict(test) for model in models]
    np.mean(said, axis=0).tofile(f"{folder}/{name}.p")
    with open(f"{folder}/{name}.json", "w") as file:
        json.dump(export_forest(models[0]), file)
    permuted = [permutation_importance(model, test, test_y, n_repeats=repeats, random_state=0).importances_mean for model in models] if repeats else []
    manifest[name] = {
        "rows": len(train),
        "tests": len(test),
        "columns": train.shape[1],
        "classes": int(answers.max()) + 1 if classes else 0,
        "weighted": w is not None,
        "parameters": ours,
        "scores": [model.score(test, test_y) for model in models],
        "oob": [model.oob_score_ for model in models] if parameters.get("oob_score") else [],
        "importances": [model.feature_importances_.tolist() for model in models],
        "permutation": [each.tolist() for each in permuted],
        "repeats": repeats,
    }


def bunch(load):
    data = load()
    return data.data, data.target


def with_holes(data):
    rows, answers = data
    rows = rows.copy()
    rows[np.random.default_rng(1).random(rows.shape) < 0.15] = np.nan
    return rows, answers


forest, regressor = RandomForestClassifier, RandomForestRegressor
oob = ({"oob_score": True}, {"oobScore": True})

# scikit-learn draws rows by their weight since 1.9, and counts those that are drawn twice once for min_samples_leaf; without a draw all is alike
all_rows = lambda theirs, ours: ({"bootstrap": False, **theirs}, {"bootstrap": False, **ours})
extra = ({}, {"splitter": "random", "bootstrap": False})
skewed = make_classification(2000, 10, n_informative=5, n_classes=3, weights=[0.8, 0.15], class_sep=0.7, random_state=3)
friedman = make_friedman1(1500, 10, noise=1.0, random_state=2)
some_count = lambda rows, answers: np.random.default_rng(4).choice([0.2, 1.0, 5.0], len(rows))
rare_count = lambda rows, answers: np.where(answers > np.median(answers), 4.0, 0.5)

case("digits", forest, bunch(load_digits), *oob, repeats=0)
case("digits-entropy", forest, bunch(load_digits), {"criterion": "entropy", "max_depth": 9}, {"criterion": "entropy", "maxDepth": 9}, repeats=0)
case("wine", forest, bunch(load_wine), *oob)
case("breast-cancer", forest, bunch(load_breast_cancer), {**oob[0], "max_samples": 0.5}, {**oob[1], "maxSamples": 0.5})
case("breast-cancer-missing", forest, with_holes(bunch(load_breast_cancer)), *oob)
case("skewed", forest, skewed, *oob)
case("skewed-balanced", forest, skewed, *all_rows({"class_weight": "balanced", "min_samples_leaf": 5}, {"classWeight": "balanced", "minSamplesLeaf": 5}))
case("skewed-class-weights", forest, skewed, *all_rows({"class_weight": {0: 1, 1: 3, 2: 9}, "max_depth": 6}, {"classWeight": [1, 3, 9], "maxDepth": 6}))
case("skewed-weighted", forest, skewed, *all_rows({"min_samples_leaf": 3}, {"minSamplesLeaf": 3}), weights=some_count)
case("diabetes", regressor, bunch(load_diabetes), *oob)
case("friedman", regressor, friedman, *oob)
case("friedman-missing", regressor, with_holes(friedman), *oob, repeats=0)
case("friedman-third", regressor, friedman, {**oob[0], "max_features": 3}, {**oob[1], "maxFeatures": 3})
case("friedman-weighted", regressor, friedman, *all_rows({"min_samples_leaf": 3, "max_features": 3}, {"minSamplesLeaf": 3, "maxFeatures": 3}), weights=rare_count)
case("extra-trees-digits", ExtraTreesClassifier, bunch(load_digits), *extra, repeats=0)
case("extra-trees-wine", ExtraTreesClassifier, bunch(load_wine), *extra)
case("extra-trees-skewed", ExtraTreesClassifier, skewed, *extra)
case("extra-trees-friedman", ExtraTreesRegressor, friedman, *extra)

with open(f"{folder}/quality.json", "w") as file:
    json.dump(manifest, file)
