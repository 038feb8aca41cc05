"""Calls of MLflow's own client of scoring servers (mlflow)."""
import json
import sys

import pandas as pd
from mlflow.pyfunc.scoring_server.client import ScoringServerClient

given = json.loads(sys.argv[1])
rows = pd.DataFrame(given["rows"], columns=given["columns"])
found = {}
for server in ["runtime", "router"]:
    host, port = given[server]["http"].rsplit(":", 1)
    client = ScoringServerClient(host.replace("http://", ""), int(port))
    client.wait_server_ready(timeout=10)
    mine = {"version": client.get_version()}
    mine["frame"] = client.invoke(rows).get_predictions().to_numpy().tolist()
    mine["other order"] = client.invoke(rows[rows.columns[::-1]]).get_predictions().to_numpy().tolist() if server == "runtime" else None
    mine["array"] = client.invoke(rows.to_numpy()).get_predictions().to_numpy().tolist()
    try:
        client.invoke(rows[rows.columns[:2]])
        mine["refusal"] = "none"
    except Exception as error:
        mine["refusal"] = str(error)
    found[server] = mine

print(json.dumps(found))
