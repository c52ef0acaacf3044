"""A gate in front of a Kafka-compatible server that has none: TLS, and SASL as KIP-152 and the RFCs have it.

It answers ApiVersions, SaslHandshake and SaslAuthenticate itself, then passes everything through. The server's address in
its answers is replaced by the gate's own, of the same length: 127.0.0.1 and localhost have nine letters each.

    sasl_proxy.py --listen PORT --server PORT [--mechanism NAME]... [--user NAME:PASSWORD]...
                  [--certificate FILE --key FILE [--client-ca FILE]]

GSSAPI takes its keytab from KRB5_KTNAME. Mechanisms: GSSAPI, PLAIN, SCRAM-SHA-256, SCRAM-SHA-512; with none, nobody is asked.
"""

import argparse
import base64
import hashlib
import hmac
import os
import socket
import ssl
import struct
import threading

METADATA, FIND_COORDINATOR, SASL_HANDSHAKE, API_VERSIONS, SASL_AUTHENTICATE = 3, 10, 17, 18, 36
UNSUPPORTED_VERSION, UNSUPPORTED_MECHANISM, AUTHENTICATION_FAILED = 35, 33, 58


class Refused(Exception):
    """What the client is told."""


class Closed(Exception):
    """The other side has gone."""


def read(stream, count):
    data = b""
    while len(data) < count:
        piece = stream.recv(count - len(data))
        if not piece:
            raise Closed
        data += piece
    return data


def read_frame(stream):
    return read(stream, struct.unpack(">i", read(stream, 4))[0])


def write_frame(stream, data):
    stream.sendall(struct.pack(">i", len(data)) + data)


def text(value):
    return struct.pack(">h", -1) if value is None else struct.pack(">h", len(value)) + value.encode()


class Plain:
    def __init__(self, users, _):
        self.users = users

    def step(self, data):
        _, user, password = data.decode().split("\0")
        if self.users.get(user) != password:
            raise Refused("Authentication failed: Invalid username or password")
        self.user = user
        return b"", True


class Scram:
    """RFC 5802, without channel binding."""

    ITERATIONS = 4096

    def __init__(self, users, hash_name):
        self.users, self.hash = users, hash_name
        self.first = None

    def step(self, data):
        fields = dict(part.split("=", 1) for part in data.decode().split(",") if "=" in part)
        if self.first is None:
            self.user, self.nonce = fields["n"], fields["r"] + base64.b64encode(os.urandom(12)).decode()
            self.salt = os.urandom(16)
            answer = f"r={self.nonce},s={base64.b64encode(self.salt).decode()},i={self.ITERATIONS}"
            self.first = data.decode().split(",", 2)[2], answer
            return answer.encode(), False
        without_proof = data.decode().rsplit(",p=", 1)[0]
        message = ",".join([*self.first, without_proof]).encode()
        salted = hashlib.pbkdf2_hmac(
            self.hash, self.users.get(self.user, os.urandom(16).hex()).encode(), self.salt, self.ITERATIONS)
        client_key = self.digest(salted, b"Client Key")
        signature = self.digest(hashlib.new(self.hash, client_key).digest(), message)
        proof = bytes(a ^ b for a, b in zip(client_key, signature))
        # librdkafka before 2.6.1 says its own nonce twice; Kafka, too, looks at the end alone.
        if not fields["r"].endswith(self.nonce) or not hmac.compare_digest(proof, base64.b64decode(fields["p"])):
            raise Refused("Authentication failed during authentication due to invalid credentials with SASL mechanism")
        return b"v=" + base64.b64encode(self.digest(self.digest(salted, b"Server Key"), message)), True

    def digest(self, key, message):
        return hmac.new(key, message, self.hash).digest()


class Gssapi:
    """RFC 4752, offering no security layer, as Kafka does."""

    def __init__(self, *_):
        import gssapi

        self.gssapi = gssapi
        self.context = gssapi.SecurityContext(creds=gssapi.Credentials(usage="accept"), usage="accept")
        self.is_offered = False

    def step(self, data):
        try:
            if not self.context.complete:
                return self.context.step(data) or b"", False
            if not self.is_offered:
                self.is_offered = True
                return self.context.wrap(b"\x01\x00\x00\x00", False).message, False
            if self.context.unwrap(data).message[0] != 1:
                raise Refused("a security layer is not offered")
            self.user = self.context.initiator_name
            return b"", True
        except self.gssapi.exceptions.GSSError as error:
            raise Refused(f"Authentication failed: {error.gen_message()}") from error


MECHANISMS = {
    "PLAIN": lambda users: Plain(users, None),
    "SCRAM-SHA-256": lambda users: Scram(users, "sha256"),
    "SCRAM-SHA-512": lambda users: Scram(users, "sha512"),
    "GSSAPI": lambda users: Gssapi(),
}


class Gate:
    def __init__(self, options):
        self.options = options
        self.users = dict(user.split(":", 1) for user in options.user)
        self.server = b"127.0.0.1" + struct.pack(">i", options.server)
        self.own = options.host.encode() + struct.pack(">i", options.listen)
        assert len(self.own) == len(self.server)
        self.tls = None
        if options.certificate:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(options.certificate, options.key)
            if options.client_ca:
                self.tls.verify_mode = ssl.CERT_REQUIRED
                self.tls.load_verify_locations(options.client_ca)

    def serve(self, client):
        server = None
        try:
            if self.tls:
                client = self.tls.wrap_socket(client, server_side=True)
            server = socket.create_connection(("127.0.0.1", self.options.server))
            self.authenticate(client, server)
            self.pass_through(client, server)
        except (Closed, OSError):
            pass
        finally:
            for stream in (client, server):
                if stream:
                    stream.close()

    def authenticate(self, client, server):
        """Answers until the client is known; with no mechanism everybody is."""
        mechanism = None
        while self.options.mechanism:
            request = read_frame(client)
            key, version, correlation = struct.unpack(">hhi", request[:8])
            head = struct.pack(">i", correlation)
            length = struct.unpack(">h", request[8:10])[0]
            body = request[10 + max(0, length):]
            if key == API_VERSIONS:
                write_frame(client, head + self.versions(server, version))
            elif key == SASL_HANDSHAKE:
                wanted = body[2:2 + struct.unpack(">h", body[:2])[0]].decode()
                names = self.options.mechanism
                code = 0 if wanted in names else UNSUPPORTED_MECHANISM
                write_frame(
                    client, head + struct.pack(">hi", code, len(names)) + b"".join(text(name) for name in names))
                if code:
                    raise Closed
                mechanism = MECHANISMS[wanted](self.users)
            elif key == SASL_AUTHENTICATE and mechanism:
                try:
                    answer, is_done = mechanism.step(body[4:4 + max(0, struct.unpack(">i", body[:4])[0])])
                except Refused as refused:
                    write_frame(
                        client, head + struct.pack(">h", AUTHENTICATION_FAILED) + text(str(refused)) + b"\0\0\0\0")
                    raise Closed from refused
                write_frame(
                    client, head + struct.pack(">h", 0) + text(None) + struct.pack(">i", len(answer)) + answer)
                if is_done:
                    # In one write: other connections say so too.
                    os.write(1, f"let in {mechanism.user}\n".encode())
                    return
            else:
                # As Kafka: who is not known and asks for something is cut off.
                raise Closed

    def versions(self, server, version):
        """What the server has, and the two that are the gate's own."""
        write_frame(server, struct.pack(">hhih", API_VERSIONS, 0, 1, -1))
        answer = read_frame(server)
        count = struct.unpack(">i", answer[6:10])[0]
        known = [struct.unpack(">hhh", answer[10 + 6 * i:16 + 6 * i]) for i in range(count)]
        known = [each for each in known if each[0] not in (SASL_HANDSHAKE, SASL_AUTHENTICATE)]
        known += [(SASL_HANDSHAKE, 0, 1), (SASL_AUTHENTICATE, 0, 0)]
        if version > 3:
            return struct.pack(">hi", UNSUPPORTED_VERSION, 0)
        if version == 3:
            entries = b"".join(struct.pack(">hhhB", *each, 0) for each in known)
            return struct.pack(">hB", 0, len(known) + 1) + entries + struct.pack(">iB", 0, 0)
        tail = struct.pack(">i", 0) if version else b""
        return struct.pack(">hi", 0, len(known)) + b"".join(struct.pack(">hhh", *each) for each in known) + tail

    def pass_through(self, client, server):
        asked = {}

        def answers():
            try:
                while True:
                    answer = read_frame(server)
                    if asked.pop(answer[:4], None):
                        answer = answer.replace(self.server, self.own)
                    write_frame(client, answer)
            except (Closed, OSError):
                for stream in (client, server):
                    try:
                        stream.shutdown(socket.SHUT_RDWR)
                    except OSError:
                        pass

        threading.Thread(target=answers, daemon=True).start()
        while True:
            request = read_frame(client)
            if struct.unpack(">h", request[:2])[0] in (METADATA, FIND_COORDINATOR):
                asked[request[4:8]] = True
            write_frame(server, request)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--listen", type=int, required=True)
    parser.add_argument("--server", type=int, required=True)
    parser.add_argument("--host", choices=["localhost", "127.0.0.1"], default="localhost")
    parser.add_argument("--mechanism", action="append", default=[], choices=sorted(MECHANISMS))
    parser.add_argument("--user", action="append", default=[])
    for name in ("--certificate", "--key", "--client-ca"):
        parser.add_argument(name)
    gate = Gate(parser.parse_args())
    listener = socket.create_server(("127.0.0.1", gate.options.listen))
    while True:
        client, _ = listener.accept()
        threading.Thread(target=gate.serve, args=(client,), daemon=True).start()


main()
