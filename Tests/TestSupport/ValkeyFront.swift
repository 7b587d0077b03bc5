import Foundation

/// Stands before a Redis on 127.0.0.1, and says in its INFO what Valkey 8 says; all else goes through as it is.
package final class ValkeyFront {
    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    private static let source = """
        import os, socket, sys, threading
        target = int(sys.argv[1])

        def pump(source, sink):
            try:
                while data := source.recv(1 << 16):
                    sink.sendall(data)
            except OSError:
                pass
            for end in (source, sink):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

        def renamed(text):
            lines = []
            for line in text.split(b"\\r\\n"):
                if line.startswith(b"redis_version:"):
                    lines += [b"redis_version:7.2.4", b"server_name:valkey", b"valkey_version:8.0.1", b"valkey_release_stage:ga"]
                elif line.startswith(b"redis_mode:"):
                    lines += [b"server_mode:" + line[11:], line]
                else:
                    lines.append(line)
            return b"\\r\\n".join(lines)

        def answers(server, client):
            replies = server.makefile("rb")
            try:
                while line := replies.readline():
                    if line[:1] == b"$" and int(line[1:]) >= 0:
                        text = replies.read(int(line[1:]) + 2)[:-2]
                        if text.startswith(b"# Server"):
                            text = renamed(text)
                        line = b"$%d\\r\\n%s\\r\\n" % (len(text), text)
                    client.sendall(line)
            except (OSError, ValueError):
                pass
            for end in (server, client):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

        listener = socket.create_server(("127.0.0.1", 0), backlog=128)

        def accept():
            while True:
                client = listener.accept()[0]
                server = socket.create_connection(("127.0.0.1", target))
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=pump, args=(client, server), daemon=True).start()
                threading.Thread(target=answers, args=(server, client), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        print("PORT", listener.getsockname()[1], flush=True)
        sys.stdin.read()
        os._exit(0)
        """

    package let port: Int
    private let folder: TestFolder
    private let program: Program

    /// - Parameter target: the server's port on 127.0.0.1.
    package init(to target: Int) throws {
        folder = try TestFolder("valkey")
        program = try Program(
            "/usr/bin/env", ["python3", "-c", Self.source, "\(target)"], folder: folder.path, files: folder.path,
            environment: ProcessInfo.processInfo.environment, input: .pipe)
        let said = program
        guard
            TestProcess.eventually(
                withinSeconds: 30, { said.output.hasPrefix("PORT ") && said.output.hasSuffix("\n") }),
            let port = Int(said.output.dropFirst(5).trimmingCharacters(in: .whitespacesAndNewlines))
        else { throw Failure(description: "it did not start: \(program.errors)") }
        self.port = port
    }

    deinit {
        program.closeInput()
        _ = program.wait(seconds: 10)
    }
}
