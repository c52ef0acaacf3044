"""A web server for tests: each path is one way of behaving. Prints its ports and certificate, ends with its stdin.

Usage: server.py FOLDER     (the folder takes the certificate; /file/NAME serves its files)
"""
import hashlib, http.server, json, os, ssl, subprocess, sys, threading, time, urllib.parse

folder = sys.argv[1]
counts, sent, closed, lock = {}, {}, set(), threading.Lock()


def noise(size):
    """Bytes that tell where they are: a 32-bit counter, little-endian."""
    return b"".join(i.to_bytes(4, "little") for i in range((size + 3) // 4))[:size]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def visit(self):
        with lock:
            counts[self.path] = counts.get(self.path, 0) + 1
            return counts[self.path]

    def answer(self, body, status=200, cut=None, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if cut is None else body[:cut])
        if cut is not None:
            self.wfile.flush()
            self.close_connection = True

    def partial(self, body, tag, cut=None):
        """The body from where the Range header says, if If-Range names this tag."""
        wanted = self.headers.get("Range")
        if wanted and self.headers.get("If-Range") == tag:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            where = f"bytes {start}-{len(body) - 1}/{len(body)}"
            return self.answer(body[start:], 206, cut, ETag=tag, Content_Range=where)
        return self.answer(body, 200, cut, ETag=tag)

    def do_GET(self):
        parts = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(parts.query))
        words = parts.path.strip("/").split("/")
        size = int(query.get("size", 1000))
        getattr(self, "get_" + words[0])(words[1:], query, size)

    def do_other(self):
        self.do_GET()

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_other

    def get_request(self, words, query, size):
        """Tells what came, and over which connection (by the client's port)."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        told = {
            "method": self.command, "path": self.path, "headers": dict(self.headers.items()), "bytes": len(body),
            "sha256": hashlib.sha256(body).hexdigest(), "port": self.client_address[1]}
        self.answer(b"" if self.command == "HEAD" else json.dumps(told).encode(), int(query.get("status", 200)))

    def get_once(self, words, query, size):
        """Hangs up after the answer without saying so: the client thinks that the connection is open."""
        self.get_request(words, query, size)
        self.close_connection = True

    def get_closed(self, words, query, size):
        """Whether the connection from a port of the client's is closed."""
        self.answer(b"yes" if int(words[0]) in closed else b"no")

    def get_slow(self, words, query, size):
        """Sends a byte each 50 ms, never stalled and never done."""
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        for _ in range(400):
            self.wfile.write(b"x" * 50)
            time.sleep(0.05)

    def get_whole(self, words, query, size):
        self.answer(noise(size), ETag='"whole"')

    def get_file(self, words, query, size):
        with open(os.path.join(folder, words[0]), "rb") as file:
            body = file.read()
        first = self.visit() == 1
        self.partial(body, '"file"', int(query["cut"]) if "cut" in query and first else None)

    def get_status(self, words, query, size):
        self.answer(b"no", int(words[0]))

    def get_busy(self, words, query, size):
        self.answer(noise(size)) if self.visit() > int(words[0]) else self.answer(b"busy", 503)

    def get_redirect(self, words, query, size):
        left = int(words[0])
        self.answer(b"", 302, Location=f"/redirect/{left - 1}" if left > 1 else "/whole?size=10")

    def get_elsewhere(self, words, query, size):
        self.answer(b"", 302, Location=query["to"])

    def get_cut(self, words, query, size):
        """Cuts the connection every `at` bytes; `tag` says what it offers to take the body up again by."""
        visit, kind = self.visit(), words[0]
        tag = {"same": '"v1"', "changing": f'"v{visit}"', "weak": 'W/"v1"', "none": None}[kind]
        if tag is None:
            return self.answer(noise(size), 200, int(query["at"]))
        self.partial(noise(size), tag, int(query["at"]))

    def get_drop(self, words, query, size):
        self.close_connection = True

    def get_stall(self, words, query, size):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"x" * 10)
        time.sleep(20)

    def get_chunked(self, words, query, size):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        body = noise(size)
        for start in range(0, size, 700):
            piece = body[start : start + 700]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def get_flood(self, words, query, size):
        self.send_response(200)
        self.send_header("Content-Length", str(size))
        self.end_headers()
        piece = b"\0" * 65536
        for start in range(0, size, len(piece)):
            self.wfile.write(piece[: size - start])
            sent["flood"] = start + len(piece)

    def get_sent(self, words, query, size):
        self.answer(str(sent.get("flood", 0)).encode())

    def get_visits(self, words, query, size):
        self.answer(str(counts.get(query["path"], 0)).encode())

    def get_echo(self, words, query, size):
        self.answer((self.headers.get(words[0]) or "").encode())


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # a client that goes away is part of the test

    def process_request_thread(self, request, client_address):
        super().process_request_thread(request, client_address)
        closed.add(client_address[1])


def start(handler, context=None):
    server = Server(("127.0.0.1", 0), handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


def serve(handler):
    """Listens with and without TLS until standard input ends."""
    certificate, key = os.path.join(folder, "certificate.pem"), os.path.join(folder, "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
        + ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    print(start(handler), start(handler, context), certificate, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    serve(Handler)
