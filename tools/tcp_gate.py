"""A TCP port in front of another that can be closed and opened again, or swallow everything."""
import socket
import threading


class Gate:
    def __init__(self, target):
        self.target, self.silent, self.sockets = target, False, []
        self.port = 0
        self.open()

    def open(self):
        """Listens; again at the same port, if it was closed."""
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def accept(self, listener):
        while True:
            try:
                client = self.welcome(listener.accept()[0])
            except ConnectionError:
                continue  # of one client
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            self.sockets += [client, server]
            for one, other in ((client, server), (server, client)):
                threading.Thread(target=self.pump, args=(one, other), daemon=True).start()

    def welcome(self, client):
        return client

    def pump(self, source, sink):
        try:
            while data := source.recv(65536):
                if not self.silent:
                    sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        """Refuses connections from now on, and breaks those that there are."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for one in self.sockets:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it has ended
            one.close()
        self.sockets = []
