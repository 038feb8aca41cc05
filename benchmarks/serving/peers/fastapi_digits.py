"""FastAPI before ONNX Runtime, in KServe's V1 form: what a team writes by itself. The model is called on the event loop, its fastest way."""
from fastapi import FastAPI
from pydantic import BaseModel

import digits

app = FastAPI()


class Rows(BaseModel):
    instances: list[list[float]]


def serve(name):
    run = digits.onnx(name)

    @app.post(f"/v1/models/{name}:predict")
    async def predict(rows: Rows):
        return {"predictions": run(rows.instances).tolist()}


serve("softmax")
serve("forest")
