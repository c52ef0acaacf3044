"""What Google's clients ask for tokens: OAuth, security token service, service account impersonation, metadata server.

Its paths, besides those of server.py, are /token, /sts, /impersonate, /subject and /computeMetadata; the query of /token
says how it misbehaves. The service account's key is the server's own (key.pem in the folder).
"""
import base64, json, os, ssl, subprocess, tempfile, time, urllib.parse
import server
from server import folder

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
EMAIL = "broker@night.iam.gserviceaccount.com"


def base64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verified(statement, audience):
    """Why a signed statement is not to be believed, or None: OpenSSL checks it, and this its claims."""
    head, claims, signature = statement.split(".")
    with tempfile.TemporaryDirectory() as place:
        public, signed = os.path.join(place, "public.pem"), os.path.join(place, "signature")
        subprocess.run(["openssl", "rsa", "-in", f"{folder}/key.pem", "-pubout", "-out", public], check=True,
                       stderr=subprocess.DEVNULL)
        with open(signed, "wb") as file:
            file.write(base64url(signature))
        check = subprocess.run(["openssl", "dgst", "-sha256", "-verify", public, "-signature", signed],
                               input=f"{head}.{claims}".encode(), capture_output=True)
    head, claims, now = json.loads(base64url(head)), json.loads(base64url(claims)), time.time()
    if check.returncode != 0:
        return "Invalid JWT Signature."
    if head != {"alg": "RS256", "typ": "JWT", "kid": "key-1"}:
        return f"head {head}"
    right = {"iss": EMAIL, "scope": SCOPE, "aud": audience, "iat": claims["iat"], "exp": claims["iat"] + 3600}
    return None if claims == right and abs(claims["iat"] - now) < 60 else f"claims {claims}"


class Handler(server.Handler):
    def form(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        assert self.headers["Content-Type"] == "application/x-www-form-urlencoded"
        return dict(urllib.parse.parse_qsl(body, strict_parsing=True))

    def give(self, told, status=200):
        self.answer(json.dumps(told).encode(), status)

    def refuse(self, error, description):
        self.give({"error": error, "error_description": description}, 400)

    def get_token(self, words, query, size):
        form, visit, kind = self.form(), self.visit(), query.get("as", "good")
        if kind == "busy" and visit <= 2:
            return self.answer(b"<html>try later</html>", 503)
        if kind == "huge":
            return self.give({"access_token": "x" * 2_000_000, "expires_in": 3600})
        if kind == "stalled":
            time.sleep(3_600)
        if kind == "nonsense":
            return self.answer(b"<html>")
        if kind == "timeless":
            return self.give({"access_token": "a", "expires_in": 0})
        if kind == "split":
            return self.give({"access_token": "a\r\nX: y", "expires_in": 3600})
        if form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer":
            scheme = "https" if isinstance(self.connection, ssl.SSLSocket) else "http"
            why = verified(form["assertion"], f"{scheme}://{self.headers['Host']}{self.path}")
            if why:
                return self.refuse("invalid_grant", why)
        elif form != {"grant_type": "refresh_token", "client_id": "id", "client_secret": "s&c=r+t",
                      "refresh_token": "1//0r"}:
            return self.refuse("invalid_grant", "Token has been expired or revoked.")
        self.give({"access_token": f"ya29.{visit}", "expires_in": int(query.get("expires", 3600)),
                   "token_type": "Bearer"})

    def get_sts(self, words, query, size):
        form = self.form()
        right = {
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange", "audience": "//iam/pool/provider",
            "scope": SCOPE, "requested_token_type": "urn:ietf:params:oauth:token-type:access_token",
            "subject_token": "their.token", "subject_token_type": "urn:ietf:params:oauth:token-type:jwt"}
        if form != right:
            return self.give({"error": "invalid_request", "error_description": "not what was agreed"}, 400)
        self.give({"access_token": "federated", "expires_in": 3600, "token_type": "Bearer",
                   "issued_token_type": "urn:ietf:params:oauth:token-type:access_token"})

    def get_subject(self, words, query, size):
        if self.headers.get("Metadata") != "True":
            return self.answer(b"", 403)
        self.give({"id_token": "their.token"}) if words[0] == "json" else self.answer(b"their.token")

    def get_impersonate(self, words, query, size):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers.get("Authorization") not in ("Bearer federated", "Bearer ya29.1"):
            told = {"code": 401, "message": "Request had invalid authentication.", "status": "UNAUTHENTICATED"}
            return self.give({"error": told}, 401)
        if words[0] == "denied":
            told = {"code": 403, "message": "Permission 'iam.serviceAccounts.getAccessToken' denied",
                    "status": "PERMISSION_DENIED"}
            return self.give({"error": told}, 403)
        end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + int(body["lifetime"].rstrip("s"))))
        self.give({"accessToken": f"as-{words[0]}-{body['lifetime']}", "expireTime": end})

    def get_computeMetadata(self, words, query, size):
        assert self.headers.get("Metadata-Flavor") == "Google"
        if words == ["v1", "project", "project-id"]:
            return self.answer(b"night-of-metadata", Metadata_Flavor="Google")
        assert words == ["v1", "instance", "service-accounts", "default", "token"]
        body = json.dumps({"access_token": "of-the-machine", "expires_in": 3599, "token_type": "Bearer"})
        self.answer(body.encode(), Metadata_Flavor="Google")


server.serve(Handler)
