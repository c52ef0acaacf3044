"""Passes TCP connections on and cuts the first few of them: `cutting_relay.py PORT HOST:PORT BYTES CONNECTIONS`.

A connection is cut when so many bytes have come back from the server, what is over being lost. A line `cut` is printed
for each. A connection over which nothing is sent counts for nothing.
"""
import socket
import sys
import threading

port, target, limit, cuts = int(sys.argv[1]), sys.argv[2].split(":"), int(sys.argv[3]), int(sys.argv[4])
lock = threading.Lock()


def carry(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def answers(server, client):
    global cuts
    count = 0
    try:
        while data := server.recv(65536):
            with lock:
                is_cut = cuts > 0 and count + len(data) > limit
                cuts -= is_cut
            if is_cut:
                client.sendall(data[:limit - count])
                print("cut", flush=True)
                break
            client.sendall(data)
            count += len(data)
    except OSError:
        pass
    for end in (server, client):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


listener = socket.create_server(("127.0.0.1", port))
while True:
    client, _ = listener.accept()
    server = socket.create_connection((target[0], int(target[1])))
    threading.Thread(target=carry, args=(client, server), daemon=True).start()
    threading.Thread(target=answers, args=(server, client), daemon=True).start()
