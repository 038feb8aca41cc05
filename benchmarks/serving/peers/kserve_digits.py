"""KServe's model server with both models, which answer as its own server of scikit-learn's models does."""
import argparse

import kserve
import kserve.logging
from kserve.utils.utils import get_predict_input, get_predict_response

import digits


class Digits(kserve.Model):
    def __init__(self, name, predict):
        super().__init__(name)
        self.run = predict
        self.ready = True

    def predict(self, payload, headers=None, response_headers=None):
        return get_predict_response(payload, self.run(get_predict_input(payload)), self.name)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(parents=[kserve.model_server.parser]).parse_args()
    kserve.logging.KSERVE_LOG_CONFIG["loggers"]["uvicorn.access"]["level"] = "WARNING"  # nobody logs each request here
    kserve.logging.configure_logging()
    models = [Digits("softmax", digits.softmax()), Digits("forest", digits.forest())]
    kserve.ModelServer(enable_latency_logging=False).start(models)
