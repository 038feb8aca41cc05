"""Trains models of several libraries and writes each with rows and the answers of whoever made it, for peers.peer.ts.

A model NAME is NAME.onnx or NAME.json; NAME.x rows of float64, NAME.p answers, NAME.l indices of labels, all as plain doubles.
"""

import json
import sys

import lightgbm as lgb
import numpy as np
import onnxruntime
import xgboost as xgb
from export_forest import export_forest
from onnxmltools import convert_lightgbm, convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType
from skl2onnx import to_onnx
from sklearn.datasets import load_breast_cancer, load_digits, make_classification, make_regression
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.tree import DecisionTreeClassifier

folder = sys.argv[1]
columns = 8
rng = np.random.default_rng(7)
manifest = {}


def keep(name, kind, rows, answers, labels=None, **more):
    np.asarray(rows, np.float64).tofile(f"{folder}/{name}.x")
    np.asarray(answers, np.float64).tofile(f"{folder}/{name}.p")
    if labels is not None:
        np.asarray(labels, np.float64).tofile(f"{folder}/{name}.l")
    manifest[name] = {"kind": kind, "rows": len(rows), "labels": labels is not None, **more}


def ask(model, rows):
    """What onnxruntime says: labels of a classifier or None, and its numbers."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    out = session.run(None, {session.get_inputs()[0].name: rows})
    numbers = out[-1]
    if isinstance(numbers, list):  # a ZipMap
        numbers = np.array([[row[label] for label in row] for row in numbers])
    return (out[0] if len(out) > 1 else None), numbers


def asked(train, missing=0.0):
    """Rows to ask: of training, near it, and some values missing."""
    rows = np.concatenate([train[:200], rng.normal(scale=2, size=(300, train.shape[1]))]).astype(np.float32)
    rows[rng.random(rows.shape) < missing] = np.nan
    return rows


def keep_onnx(name, model, train, missing=0.05):
    with open(f"{folder}/{name}.onnx", "wb") as file:
        file.write(model.SerializeToString())
    rows = asked(train, missing)
    labels, numbers = ask(model.SerializeToString(), rows)
    keep(name, "onnx", rows, numbers, labels)


def keep_sklearn(name, model, rows):
    with open(f"{folder}/{name}.json", "w") as file:
        json.dump(export_forest(model), file)
    if hasattr(model, "predict_proba"):
        labels = np.searchsorted(model.classes_, model.predict(rows))
        keep(name, "sklearn", rows, model.predict_proba(rows), labels)
    else:
        keep(name, "sklearn", rows, model.predict(rows))


def classes_of(count):
    rows, labels = make_classification(400, columns, n_informative=5, n_classes=count, random_state=count)
    return rows.astype(np.float32), labels


values, targets = make_regression(400, columns, random_state=1)
values = values.astype(np.float32)
inputs = [("x", FloatTensorType([None, columns]))]
to_lgb = {"initial_types": inputs, "target_opset": 15}
quiet = {"n_estimators": 20, "verbose": -1}

for count in (2, 3):
    train, labels = classes_of(count)
    holes = train.copy()
    holes[rng.random(train.shape) < 0.1] = np.nan
    keep_onnx(f"xgboost-{count}-classes", convert_xgboost(xgb.XGBClassifier(n_estimators=20).fit(train, labels), initial_types=inputs), train)
    keep_onnx(f"xgboost-{count}-classes-missing", convert_xgboost(xgb.XGBClassifier(n_estimators=20).fit(holes, labels), initial_types=inputs), train)
    keep_onnx(f"lightgbm-{count}-classes", convert_lightgbm(lgb.LGBMClassifier(**quiet).fit(train, labels), **to_lgb), train)
    keep_onnx(f"lightgbm-{count}-classes-missing", convert_lightgbm(lgb.LGBMClassifier(**quiet).fit(holes, labels), **to_lgb), train)
    plain = {"options": {"zipmap": False}}
    keep_onnx(f"skl2onnx-forest-{count}-classes", to_onnx(RandomForestClassifier(20).fit(train, labels), train[:1], **plain), train)
    keep_onnx(f"skl2onnx-boosted-{count}-classes", to_onnx(GradientBoostingClassifier(n_estimators=20).fit(train, labels), train[:1], **plain), train)
    for name, model in {
        "forest": RandomForestClassifier(30, random_state=1),
        "forest-weighted": RandomForestClassifier(20, class_weight="balanced", max_depth=4, random_state=1),
        "extra-trees": ExtraTreesClassifier(20, random_state=1),
        "boosted": GradientBoostingClassifier(n_estimators=20, random_state=1),
        "tree": DecisionTreeClassifier(max_depth=4, random_state=1),
    }.items():
        keep_sklearn(f"sklearn-{name}-{count}-classes", model.fit(train, labels), asked(train).astype(np.float64) + 1e-9)
    keep_sklearn(f"sklearn-histogram-boosted-{count}-classes", HistGradientBoostingClassifier(max_iter=20).fit(holes, labels), asked(train, 0.2))
    keep_sklearn(f"exported-lightgbm-{count}-classes", lgb.LGBMClassifier(**quiet).fit(holes, labels), asked(train, 0.2))
    keep_sklearn(f"sklearn-forest-{count}-classes-missing", RandomForestClassifier(20, random_state=1).fit(holes, labels), asked(train, 0.2))

categories = values.copy()
categories[:, 0] = np.floor(np.abs(values[:, 0]) * 5) % 12
coded = targets + 40 * (categories[:, 0] * 7 % 5)
by_category = lgb.LGBMRegressor(min_data_per_group=1, cat_smooth=1, **quiet).fit(categories, coded, categorical_feature=[0])
keep_onnx("lightgbm-categories", convert_lightgbm(by_category, **to_lgb), categories, missing=0)
keep_onnx("xgboost-regression", convert_xgboost(xgb.XGBRegressor(n_estimators=20).fit(values, targets), initial_types=inputs), values)
keep_onnx("lightgbm-regression", convert_lightgbm(lgb.LGBMRegressor(**quiet).fit(values, targets), **to_lgb), values)
bagged = {"boosting_type": "rf", "bagging_freq": 1, "bagging_fraction": 0.5}
keep_onnx("lightgbm-forest", convert_lightgbm(lgb.LGBMRegressor(**bagged, **quiet).fit(values, targets), **to_lgb), values)
two = np.stack([targets, -2 * targets + 1], 1)
keep_onnx("skl2onnx-regression", to_onnx(RandomForestRegressor(20).fit(values, targets), values[:1]), values)
keep_onnx("skl2onnx-two-targets", to_onnx(RandomForestRegressor(20).fit(values, two), values[:1]), values)
for name, model in {
    "regression": RandomForestRegressor(20, random_state=1).fit(values, targets),
    "two-targets": RandomForestRegressor(20, random_state=1).fit(values, two),
    "extra-trees-regression": ExtraTreesRegressor(20, random_state=1).fit(values, targets),
    "boosted-regression": GradientBoostingRegressor(n_estimators=20, random_state=1).fit(values, targets),
    "histogram-boosted-regression": HistGradientBoostingRegressor(max_iter=20, loss="absolute_error").fit(values, targets),
}.items():
    keep_sklearn(f"sklearn-{name}", model, asked(values).astype(np.float64))

never = lgb.LGBMClassifier(use_missing=False, sigmoid=2.0, **quiet).fit(values, targets > 0)
keep_sklearn("exported-lightgbm-without-missing", never, asked(values, 0.2))
keep_sklearn("exported-lightgbm-forest", lgb.LGBMRegressor(**bagged, **quiet).fit(values, targets), asked(values, 0.2))

cells = load_breast_cancer().data.astype(np.float32)
cells[rng.random(cells.shape) < 0.15] = np.nan  # of these rows LightGBM makes a split of infinity: what is missing on one side, numbers on the other
many = lgb.LGBMClassifier(n_estimators=30, verbose=-1).fit(cells, load_breast_cancer().target)
wide = {**to_lgb, "initial_types": [("x", FloatTensorType([None, cells.shape[1]]))]}
keep_onnx("lightgbm-infinite-threshold", convert_lightgbm(many, **wide), cells)

digits = load_digits()
keep_sklearn("sklearn-digits", RandomForestClassifier(50, random_state=1).fit(digits.data[:1200], digits.target[:1200]), digits.data[1200:])

with open(f"{folder}/manifest.json", "w") as file:
    json.dump(manifest, file)
