# Makes classification-reports.json: what scikit-learn itself reports of random labels, ties of rounding and odd names among them.
#   pip install scikit-learn==1.9.1 && python classification-reports.py > classification-reports.json
import json
import warnings

import numpy as np
import sklearn
from sklearn.metrics import classification_report

warnings.simplefilter("ignore")
random = np.random.RandomState(7)
odd = ["a", "日本", "🐈🐈 cat", "a class whose name is longer than all", "<b>&", "é", "x" * 14]
cases = []
for number in range(60):
    classes = int(random.choice([2, 3, 5, 7, 8, 9, 10, 17, 40, 150])) if number else 3000
    rows = int(random.choice([8, 16, 40, 64, 200, 1000]))
    labels = random.randint(0, classes, rows)
    wrong = random.rand(rows) < random.choice([0.1, 0.25, 0.5])
    predicted = np.where(wrong, random.randint(0, classes, rows), labels)
    names = odd[:classes] if classes in (2, 3, 5, 7) else [str(index) for index in range(classes)]
    digits = int(random.choice([2, 2, 2, 1, 3, 4]))
    report = classification_report(
        labels, predicted, labels=range(classes), target_names=names, digits=digits, zero_division=0
    )
    if classes > 100:  # the averages are what is hard there
        report = report[report.rindex("\n\n") :]
    cases.append({"labels": labels.tolist(), "predicted": predicted.tolist(), "classes": names if classes <= 7 else classes, "digits": digits, "report": report})
print(json.dumps({"by": f"scikit-learn {sklearn.__version__}", "cases": cases}, separators=(",", ":")))
