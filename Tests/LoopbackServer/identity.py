"""Stands for Google where it signs identity tokens: a set of keys for each test, and tokens signed with them.

POST /sign    {"key": NAME, "head": {...}, "claims": {...}} gives a token, signed with the key of that name (RS256)
POST /serve/SET  {"keys": [NAMES], "age": SECONDS, "status": 200, "body": TEXT} says what GET /certs/SET gives from now on
GET /asked/SET   how often it was asked for
The keys are made when their names are first heard.
"""
import base64, json, os, subprocess, tempfile, threading
import server
from server import folder

lock = threading.Lock()
sets, asked = {}, {}


def text(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def key(name):
    path = os.path.join(folder, f"signing-{name}.pem")
    with lock:
        if not os.path.exists(path):
            bits = "1024" if name.startswith("small") else "2048"
            subprocess.run(["openssl", "genrsa", "-out", path, bits], check=True, stderr=subprocess.DEVNULL)
    return path


def public(name):
    said = subprocess.run(["openssl", "rsa", "-in", key(name), "-noout", "-modulus"], check=True, capture_output=True)
    modulus = bytes.fromhex(said.stdout.decode().strip().split("=")[1])
    return {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": name, "n": text(modulus), "e": "AQAB"}


def signed(name, head, claims):
    said = f"{text(json.dumps(head).encode())}.{text(json.dumps(claims).encode())}"
    with tempfile.NamedTemporaryFile() as file:
        file.write(said.encode())
        file.flush()
        made = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key(name), file.name], check=True,
                              capture_output=True)
    return f"{said}.{text(made.stdout)}"


class Handler(server.Handler):
    def told(self):
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def get_sign(self, words, query, size):
        told = self.told()
        self.answer(signed(told["key"], told["head"], told["claims"]).encode())

    def get_serve(self, words, query, size):
        sets[words[0]] = self.told()
        self.answer(b"")

    def get_asked(self, words, query, size):
        self.told()  # what is not read would begin the connection's next request
        self.answer(str(asked.get(words[0], 0)).encode())

    def get_certs(self, words, query, size):
        with lock:
            asked[words[0]] = asked.get(words[0], 0) + 1
        served = sets[words[0]]
        keys = [public(name) if isinstance(name, str) else name for name in served["keys"]]
        body = served.get("body", json.dumps({"keys": keys}))
        headers = {"Cache_Control": f"public, max-age={served['age']}, must-revalidate"} if "age" in served else {}
        self.answer(body.encode(), served.get("status", 200), **headers)


server.serve(Handler)
