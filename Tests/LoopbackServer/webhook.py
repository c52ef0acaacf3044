"""A webhook as Slack has them: /good/SECRET takes {"text": ...}; other paths fail. What came is in FOLDER/taken, a line each."""
import json, os
import server
from server import folder


class Handler(server.Handler):
    def take(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.command == "POST" and self.headers["Content-Type"].startswith("application/json")
        assert list(body) == ["text"] and isinstance(body["text"], str)
        with server.lock, open(os.path.join(folder, "taken"), "a") as file:
            file.write(json.dumps(body) + "\n")

    def get_good(self, words, query, size):
        self.take()
        self.answer(b"ok")

    def get_busy(self, words, query, size):
        self.take()
        self.answer(b"busy", 503)

    def get_gone(self, words, query, size):
        self.take()
        self.answer(b"no_service", 404)

    def get_once(self, words, query, size):
        self.take()
        self.answer(b"ok", 200 if self.visit() > 1 else 500)

    def get_drop(self, words, query, size):
        self.take()
        self.close_connection = True


server.serve(Handler)
